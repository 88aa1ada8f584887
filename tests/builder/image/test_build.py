from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.builder.image.conftest import EPOCH, MANIFEST, lock_of

import penstock
import penstock_builder
from penstock.authoring import ConfigError, ManifestError
from penstock_builder.image.base import Base
from penstock_builder.image.build import BuildInputs, Built, build
from penstock_builder.image.cache import Cache
from penstock_builder.image.layers import Layer
from penstock_builder.image.layout import Layout, Platform, descriptor, read_document

Json = Any

AMD64, ARM64 = Platform("linux", "amd64"), Platform("linux", "arm64")
MACHINES = {AMD64: 62, ARM64: 183}
"""Of ELF programs: EM_X86_64 and EM_AARCH64."""

IN_A_PROCESS = """
import dataclasses, sys
from pathlib import Path
from penstock_builder.image.build import BuildInputs, build
from penstock_builder.image.bytecode import here
from penstock_builder.image.cache import Cache
from penstock_builder.image.debian import debian_base
from penstock_builder.image.packages import read_lock

cache, lock, platform = Cache(Path(sys.argv[1])), read_lock(), here()
packages = {platform.architecture: lock.packages[platform.architecture]}
base = debian_base(cache, dataclasses.replace(lock, packages=packages))
inputs = BuildInputs(
    Path("manifest.yaml"), "acme/source-people", "1.2.0",
    platforms=[platform], base=base, requirements=Path("lock.txt").read_text(),
)
print(build(inputs, Path("image"), cache).digest)
"""


def test_two_machines_make_one_digest(small: Built, cache: Cache, tmp_path: Path) -> None:
    """Other folders, cache, umask, time zone, language, hash seed, file times: the same bytes, from scratch."""
    assert small.images
    here, there = _Machine(tmp_path / "here"), _Machine(tmp_path / "there/with a longer name")
    for downloads in ("debs", "wheels"):
        shutil.copytree(cache.folder / downloads, there.cache / downloads, copy_function=os.link)

    one = here.digest({"TZ": "UTC"}, umask=0o022, cache=cache.folder)
    two = there.digest(
        {"TZ": "Asia/Kathmandu", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}, umask=0o077, cache=there.cache
    )

    assert one == two


class _Machine:
    """A folder with Penstock, as it was when both were made, and a connector."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        for package in (penstock, penstock_builder):
            source = Path(str(package.__file__)).parent
            left_out = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / "site" / source.name, copy_function=shutil.copy, ignore=left_out)
        (folder / "manifest.yaml").write_text(MANIFEST)
        (folder / "lock.txt").write_text(lock_of("click", "pyyaml"))
        os.utime(folder / "manifest.yaml", (len(str(folder)), len(str(folder))))

    def digest(self, environment: Mapping[str, str], *, umask: int, cache: Path) -> str:
        """Build in a process of its own; the digest of the image."""
        ours = {"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": str(EPOCH), "HOME": str(self.folder)}
        done = subprocess.run(
            [sys.executable, "-c", IN_A_PROCESS, cache],
            env={**ours, "PYTHONPATH": str(self.folder / "site"), **environment},
            umask=umask,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.mark.parametrize("platform", MACHINES, ids=str)
def test_each_platform_has_its_own_programs(built: Built, platform: Platform) -> None:
    """Every library for C that is in an image is made for its machine."""
    programs = [data for layer in built.images[platform].layers for data in _programs(built.layout, layer)]

    assert len(programs) > 20
    assert {int.from_bytes(data[18:20], "little") for data in programs} == {MACHINES[platform]}


def test_the_runtime_and_the_connector_are_the_same_on_all_platforms(built: Built) -> None:
    """Only the libraries differ: what is Python is one layer, kept and pulled once."""
    amd64, arm64 = (built.images[platform].layers for platform in (AMD64, ARM64))

    assert amd64[0] != arm64[0]
    assert amd64[1:] == arm64[1:]


def test_the_image_keeps_the_contract_of_a_connector(built: Built) -> None:
    """What platforms read before they start it."""
    for platform, image in built.images.items():
        config = _config(built, platform)
        settings = config["config"]
        environment = dict(pair.split("=", 1) for pair in settings["Env"])
        labels = settings["Labels"]
        assert environment["AIRBYTE_ENTRYPOINT"] == " ".join(settings["Entrypoint"])
        assert (settings["User"], settings["WorkingDir"]) == ("1000:1000", "/airbyte/integration_code")
        assert (labels["io.airbyte.name"], labels["io.airbyte.version"]) == ("acme/source-people", "1.2.0")
        assert labels["io.penstock.runtime.version"] == penstock.__version__
        assert labels["io.penstock.manifest.digest"].startswith("sha256:")
        assert labels["org.opencontainers.image.base.digest"] == built.base_digest
        assert (config["created"], config["architecture"]) == ("2023-11-14T22:13:20Z", platform.architecture)
        assert len(config["rootfs"]["diff_ids"]) == 1 + len(image.layers)


def test_a_connector_is_a_few_kilobytes(built: Built, base: Base, cache: Cache, tmp_path: Path) -> None:
    """Under 200 KB, whatever folder it is made in."""
    (tmp_path / "manifest.yaml").write_text(MANIFEST)

    again = build(
        BuildInputs(tmp_path / "manifest.yaml", "acme/source-people", "1.2.0", epoch=EPOCH),
        tmp_path / "o",
        cache,
    )

    assert again.digest == built.digest
    assert again.connector_size < 200_000


def test_the_image_has_no_tools_of_authors(built: Built) -> None:
    """Neither builder nor screens, and nothing that was compiled here."""
    names = [name for layer in built.images[AMD64].layers for name in _names(built.layout, layer)]

    assert any(name.startswith("opt/penstock/penstock/cli/") for name in names)
    assert not [
        name for name in names if "penstock_builder" in name or "penstock_ui" in name or "streamlit" in name
    ]
    assert not [name for name in names if name.endswith(".pyc") and "cpython-311" not in name]


def test_what_is_wrong_with_the_manifest_is_told_with_its_place(tmp_path: Path) -> None:
    """Nothing is built of a manifest that cannot run."""
    (tmp_path / "manifest.yaml").write_text(MANIFEST.replace("requester:", "requestor:"))

    with pytest.raises(ManifestError) as told:
        build(BuildInputs(tmp_path / "manifest.yaml", "acme/source-people", "1.2.0"), tmp_path / "image")

    assert f"{tmp_path}/manifest.yaml:9:" in str(told.value)
    assert not (tmp_path / "image").exists()


def test_an_image_needs_a_name_and_a_version(tmp_path: Path) -> None:
    """From the command, or from `metadata.yaml`."""
    (tmp_path / "manifest.yaml").write_text(MANIFEST)

    with pytest.raises(ConfigError, match="no name or no version"):
        build(BuildInputs(tmp_path / "manifest.yaml"), tmp_path / "image")


def test_a_masking_policy_goes_along_and_is_obeyed(base: Base, cache: Cache, tmp_path: Path) -> None:
    """By the variable that the runtime reads; the label tells the policy as runs do."""
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\nunclassified: keep\n")
    inputs = BuildInputs(
        tmp_path / "manifest.yaml", "acme/source-people", "1.2.0", masking=policy, epoch=EPOCH,
        requirements=lock_of("click", "pyyaml"),
    )  # fmt: skip

    made = build(inputs, tmp_path / "image", cache)

    settings = _config(made, AMD64)["config"]
    masking = "airbyte/integration_code/source_declarative_manifest/masking.yaml"
    assert f"PENSTOCK_MASKING=/{masking}" in settings["Env"]
    assert settings["Labels"]["io.penstock.masking.digest"].startswith("sha256:")
    assert masking in _names(made.layout, made.images[AMD64].layers[-1])


def _config(built: Built, platform: Platform) -> Json:
    manifest = read_document(built.layout, built.images[platform].manifest)
    return read_document(built.layout, descriptor(manifest["config"]))


def _names(layout: Layout, layer: Layer) -> list[str]:
    with tarfile.open(layout.path(layer.blob)) as tar:
        return tar.getnames()


def _programs(layout: Layout, layer: Layer) -> list[bytes]:
    """The heads of the ELF files in a layer."""
    with tarfile.open(layout.path(layer.blob)) as tar:
        files = [tar.extractfile(member) for member in tar if ".so" in member.name]
        heads = [file.read(20) for file in files if file is not None]
    return [head for head in heads if head.startswith(b"\x7fELF")]
