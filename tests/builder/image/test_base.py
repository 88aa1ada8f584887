from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from penstock.authoring import ConfigError
from penstock_builder.image.base import Base, read_base
from penstock_builder.image.bytecode import here, with_bytecode
from penstock_builder.image.cache import Cache
from penstock_builder.image.layers import ROOT, Entry, write_layer
from penstock_builder.image.layout import CONFIG, LAYER, MANIFEST, Layout, Platform
from penstock_builder.image.packages import read_lock

PYTHON_OF_BASE = (
    "import sys, ssl, sqlite3, zoneinfo, ctypes, lzma, bz2, decimal, uuid; print(sys.version_info[:2])"
)


def test_our_base_is_for_both_platforms_and_says_its_python(base: Base) -> None:
    """The lock's packages are those of Debian's architectures, whose names are the same."""
    assert set(base.images) == {Platform("linux", "amd64"), Platform("linux", "arm64")}
    assert base.python == "3.11"


def test_the_lock_pins_every_package_of_every_platform() -> None:
    """By version and by the digest of its file; the same packages everywhere."""
    lock = read_lock()

    names = {architecture: {p.name for p in packages} for architecture, packages in lock.packages.items()}

    assert names["amd64"] == names["arm64"]
    assert all(len(p.sha256) == 64 and p.version for packages in lock.packages.values() for p in packages)
    assert read_lock(lock.as_text()) == lock


def test_the_python_of_the_base_runs_without_a_container(base: Base, cache: Cache) -> None:
    """Its standard library is whole: TLS, time zones, SQLite, compression."""
    python = base.interpreter(cache)

    told = subprocess.run(
        [*python.command(), "-c", PYTHON_OF_BASE], env=python.environment(), capture_output=True, check=True
    )

    assert told.stdout == b"(3, 11)\n"


def test_bytecode_does_not_look_at_its_source(base: Base, cache: Cache) -> None:
    """PEP 552, unchecked: neither time nor text of the source counts, and a file that is no Python has none."""
    python = base.interpreter(cache)
    entries = [Entry("x/a.py", b"KINDS = {'a', 'b'}\n"), Entry("x/bad.py", b"def"), Entry("x/py.typed")]

    one, two = (with_bytecode(entries, python) for _ in range(2))

    (compiled,) = one[len(entries) :]
    assert compiled.path == "x/__pycache__/a.cpython-311.pyc"
    assert struct.unpack("<L", compiled.data[4:8]) == (0b01,)
    assert one == two


def test_a_base_that_is_not_for_the_platform_is_refused(base: Base) -> None:
    """The platforms that it has are told."""
    with pytest.raises(ConfigError, match=r"not for linux/s390x; it is for .*linux/amd64"):
        base.image(Platform("linux", "s390x"))


def test_a_base_says_which_python_it_has(tmp_path: Path) -> None:
    """What cannot be told is not guessed."""
    base = read_base(_image(tmp_path, {"config": {"Env": ["PATH=/bin"]}}))

    assert set(base.images) == {here()}
    with pytest.raises(ConfigError, match="which Python"):
        _ = base.python


def test_a_base_without_python_is_refused_where_bytecode_is_made(tmp_path: Path) -> None:
    """With how to go on."""
    base = read_base(_image(tmp_path / "base", {"config": {"Env": ["PATH=/bin", "PYTHON_VERSION=3.11.2"]}}))

    with pytest.raises(ConfigError, match="no Python that runs here"):
        base.interpreter(Cache(tmp_path / "cache"))


def _image(folder: Path, more: dict[str, object]) -> Layout:
    """An image of one platform, without an index."""
    folder.mkdir(exist_ok=True)
    layout = Layout.create(folder)
    layer = write_layer(layout, [Entry("etc/os-release")], ROOT, 0)
    told = {**here().as_json(), "rootfs": {"type": "layers", "diff_ids": [layer.diff_id]}, **more}
    config = layout.add_document(told, CONFIG)
    assert layer.blob.media_type == LAYER
    manifest = {"schemaVersion": 2, "config": config.as_json(), "layers": [layer.blob.as_json()]}
    layout.point_at([layout.add_document(manifest, MANIFEST)])
    return layout
