"""An image of the flavour `airbyte` at work, with the real airbyte-cdk: its schema is read, and its entry point runs.

The base stands in for `airbyte/source-declarative-manifest`: ours with airbyte-cdk laid out as that image's Dockerfile
does. Its libraries are mounted, not packed: they are 200 MB.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.builder.image.conftest import EPOCH, MANIFEST
from tests.command import run_command
from tests.conformance.differential import cdk_python

from penstock.authoring import ManifestError
from penstock.testing.fake_api import FakeApi
from penstock_builder.image.base import Base
from penstock_builder.image.build import BuildInputs, Built, build
from penstock_builder.image.bytecode import here
from penstock_builder.image.cache import Cache
from penstock_builder.image.config import HOME, Contract, connector_config, image_manifest
from penstock_builder.image.connector import MANIFEST_FOLDER
from penstock_builder.image.layers import ROOT, Entry, write_layer
from penstock_builder.image.layout import CONFIG, INDEX, Descriptor, Layout
from penstock_builder.image.layout import MANIFEST as IMAGE

Json = Any

LIBRARIES = "/usr/local/lib/python3.11/dist-packages"
ENTRYPOINT = ("python", f"{HOME}/main.py")
MAIN = "from source_declarative_manifest.run import run\n\nif __name__ == '__main__':\n    run()\n"
CATALOG: Json = {
    "streams": [
        {
            "stream": {"name": "people", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
            "sync_mode": "full_refresh",
            "destination_sync_mode": "append",
        }
    ]
}


@pytest.fixture(scope="module")
def libraries(base: Base) -> Path:
    """Where airbyte-cdk is installed, for the Python that our base has."""
    python = cdk_python()
    if python is None:
        pytest.skip("airbyte-cdk is not installed; $PENSTOCK_CDK names the Python that has it")
    asked = "import sys, airbyte_cdk; print(*sys.version_info[:2], sep='.'); print(airbyte_cdk.__path__[0])"
    told = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout
    version, package = told.split()
    if version != base.python:
        pytest.skip(f"airbyte-cdk is installed for Python {version}, our base has {base.python}")
    return Path(package).parent


@pytest.fixture(scope="module")
def airbytes(base: Base, libraries: Path, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The base."""
    layout = Layout.create(tmp_path_factory.mktemp("base"))
    package = libraries / "airbyte_cdk"
    command = package / "cli/source_declarative_manifest"
    files = {
        f"{MANIFEST_FOLDER}/run.py": (command / "_run.py").read_bytes(),
        f"{MANIFEST_FOLDER}/spec.json": (command / "spec.json").read_bytes(),
        f"{MANIFEST_FOLDER}/__init__.py": b"",
        f"{HOME}/main.py": MAIN.encode(),
    }
    for path in package.rglob("*"):
        if path.suffix in (".py", ".yaml"):
            files[f"{LIBRARIES}/{path.relative_to(libraries)}"] = path.read_bytes()
    entries = [Entry(name.lstrip("/"), data) for name, data in files.items()]
    link = Entry("usr/local/bin/python", link="/usr/bin/python3")
    layer = write_layer(layout, [*entries, link], ROOT, EPOCH)
    image = base.image(here())
    for below in image.layers:
        layout.take(base.source, below)
    config = connector_config(image.config, Contract(ENTRYPOINT, {}, {}), [layer], EPOCH)
    blob = layout.add_document(config, CONFIG)
    made = layout.add_document(image_manifest(blob, [*image.layers, layer.blob], {}), IMAGE)
    listed = Descriptor(IMAGE, made.digest, made.size, here()).as_json()
    layout.point_at([layout.add_document({"schemaVersion": 2, "manifests": [listed]}, INDEX)])
    return layout


@pytest.fixture(scope="module")
def connector(airbytes: Layout, cache: Cache, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The image of a small connector on that base."""
    return _built(airbytes, cache, tmp_path_factory.mktemp("connector"), MANIFEST)


def test_airbytes_own_entry_point_runs_the_connector(
    connector: Built, libraries: Path, podman_command: list[str], api: FakeApi, tmp_path: Path
) -> None:
    """As a user without rights, its root read-only: it answers, and its records are ours."""
    api.on("/people", [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}])
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    (tmp_path / "config.json").write_text(json.dumps({"url": api.url}))
    (tmp_path / "catalog.json").write_text(json.dumps(CATALOG))
    for path in (tmp_path, *tmp_path.iterdir()):
        path.chmod(0o755)
    source = f"oci:{connector.layout.folder}:{connector.reference}"
    pulled = subprocess.run(
        [*podman_command, "pull", "-q", source], capture_output=True, text=True, check=True
    )
    engine = [
        *podman_command,
        "run",
        "--rm",
        "--read-only",
        "--cap-drop=all",
        "--network=host",
        "--tmpfs=/tmp",
    ]
    mounts = [f"--volume={tmp_path}:/given:ro", f"--volume={libraries}:{LIBRARIES}:ro"]
    image = pulled.stdout.split()[-1]
    config, catalog = ["--config", "/given/config.json"], ["--catalog", "/given/catalog.json"]

    def ask(*words: str) -> list[Json]:
        done = subprocess.run([*engine, *mounts, image, *words], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        return [json.loads(line) for line in done.stdout.splitlines()]

    (spec,) = [one["spec"] for one in ask("spec") if one["type"] == "SPEC"]
    (status,) = [
        one["connectionStatus"] for one in ask("check", *config) if one["type"] == "CONNECTION_STATUS"
    ]
    (found,) = [one["catalog"] for one in ask("discover", *config) if one["type"] == "CATALOG"]
    records = [one["record"]["data"] for one in ask("read", *config, *catalog) if one["type"] == "RECORD"]

    given = [str(tmp_path / word) for word in ("config.json", "catalog.json", "manifest.yaml")]
    ours = run_command("read", "--config", given[0], "--catalog", given[1], "--manifest-path", given[2])
    assert spec["connectionSpecification"]["required"] == ["url"]
    assert status["status"] == "SUCCEEDED"
    assert [stream["name"] for stream in found["streams"]] == ["people"]
    assert records == [one["record"]["data"] for one in ours.messages if one["type"] == "RECORD"] != []


def test_what_the_real_runtime_passes_over_is_refused(airbytes: Layout, cache: Cache, tmp_path: Path) -> None:
    """By the schema of the installed airbyte-cdk: a mask is no part of its language."""
    masked = MANIFEST.replace(
        "primary_key: id",
        "primary_key: id\n    transformations: [{type: MaskFields, fields: [name], mask: {type: Redact}}]",
    )

    with pytest.raises(ManifestError, match="does not know MaskFields"):
        _built(airbytes, cache, tmp_path, masked)


def _built(airbytes: Layout, cache: Cache, folder: Path, manifest: str) -> Built:
    (folder / "manifest.yaml").write_text(manifest)
    inputs = BuildInputs(
        folder / "manifest.yaml",
        "acme/source-people",
        "1.2.0",
        platforms=(here(),),
        flavour="airbyte",
        base=airbytes,
        epoch=EPOCH,
    )
    return build(inputs, folder / "image", cache)
