"""The Dockerfile: what it says is what Docker reads, and what it installs is ours."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from tests.builder.image.conftest import EPOCH, MANIFEST

from penstock.authoring import ConfigError, __version__
from penstock_builder.image.base import Base
from penstock_builder.image.build import BuildInputs, Built, build
from penstock_builder.image.bytecode import here
from penstock_builder.image.cache import Cache
from penstock_builder.image.dockerfile import as_dockerfile, dockerfile_of

CONFIG = {
    "config": {
        "Env": ["PYTHONPATH=/opt/penstock", "AIRBYTE_ENTRYPOINT=python3 -m penstock"],
        "Labels": {"title": 'Zürich "$HOME" \\ C:\\n\nand more', "io.airbyte.name": "acme/source-x"},
        "Entrypoint": ["python3", "-m", "penstock"],
    }
}


def test_docker_reads_a_label_as_it_was_written(podman_command: list[str], tmp_path: Path) -> None:
    """It knows no escapes of JSON, and puts in variables; a line of it is folded."""
    told = as_dockerfile(CONFIG, "scratch", {}, None)
    (tmp_path / "Dockerfile").write_text(told, encoding="utf-8")
    build_ = [*podman_command, "build", "--quiet", "--file", str(tmp_path / "Dockerfile"), str(tmp_path)]

    done = subprocess.run(build_, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    inspect = [*podman_command, "image", "inspect", done.stdout.split()[-1]]
    (shown,) = json.loads(subprocess.run(inspect, capture_output=True, check=True).stdout)

    assert "Zürich" in told
    assert shown["Labels"]["title"] == 'Zürich "$HOME" \\ C:\\n and more'
    assert shown["Labels"]["io.airbyte.name"] == "acme/source-x"
    assert "AIRBYTE_ENTRYPOINT=python3 -m penstock" in shown["Config"]["Env"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A connector with a policy beside it, and one elsewhere."""
    folder = tmp_path_factory.mktemp("project") / "conn"
    (folder / "policies").mkdir(parents=True)
    (folder / "manifest.yaml").write_text(MANIFEST)
    for place in (folder / "policies/policy.yaml", folder.parent / "policy.yaml"):
        place.write_text(yaml.safe_dump({"unclassified": "keep"}))
    return folder


def test_a_policy_is_copied_from_the_manifests_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch, cache: Cache, base: Base, tmp_path: Path
) -> None:
    """Wherever the command was given: that folder is the Dockerfile's, which can reach nothing else."""
    monkeypatch.chdir(project.parent)
    inside, outside = (
        BuildInputs(
            Path("conn/manifest.yaml"), "acme/x", "1.0.0", (here(),), masking=Path(policy), epoch=EPOCH
        )
        for policy in ("conn/policies/policy.yaml", "policy.yaml")
    )
    built = build(inside, tmp_path / "image", cache)

    told = dockerfile_of(inside, built, None)

    assert 'COPY --chown=1000:1000 ["policies/policy.yaml", ' in told
    with pytest.raises(ConfigError, match="outside of the manifest's folder"):
        dockerfile_of(outside, built, None)


def test_penstock_is_installed_of_a_wheel_that_lies_beside(
    project: Path, cache: Cache, built: Built, tmp_path: Path
) -> None:
    """No index is asked for it: who has the name there is another. The wheel, as it is built, has the libraries' hashes."""
    inputs = BuildInputs(project / "manifest.yaml", "acme/x", "1.0.0", (here(),), epoch=EPOCH)
    checkout = Path(__file__).parents[3]
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]

    told = dockerfile_of(inputs, built, None)
    subprocess.run([*pip, "--wheel-dir", str(tmp_path), str(checkout)], check=True, cwd=tmp_path)

    (wheel,) = tmp_path.glob("*.whl")
    copied, script = told.split('COPY ["')[1].split("\n", 1)
    assert copied == f'{wheel.name}", "/tmp/penstock/"]'
    installs = [line for line in script.splitlines() if "pip install" in line]
    libraries, own = installs
    assert "--require-hashes --requirement wheel/penstock_builder/image/requirements.txt" in libraries
    assert f"--no-index --find-links . penstock-connectors=={__version__} " in own
    assert all(" --no-deps " in line for line in installs)
    with zipfile.ZipFile(wheel) as archive:
        assert "--hash=sha256:" in archive.read("penstock_builder/image/requirements.txt").decode()
    assert "pip wheel --no-deps" in told
