from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from tests.builder.image.conftest import lock_of

from penstock.authoring import ConfigError
from penstock_builder.image.base import Base
from penstock_builder.image.cache import Cache
from penstock_builder.image.dependencies import libraries_layer, pinned, read_requirements, runtime_layer
from penstock_builder.image.layout import Platform

AMD64 = Platform("linux", "amd64")


def test_the_lock_is_of_hashes_and_names_no_registry() -> None:
    """Whoever builds uses the index that their pip is set up with."""
    lock = read_requirements()

    assert {"click", "pyyaml", "psycopg-binary"} <= {name for name, _ in pinned(lock)}
    assert lock.count("==") * 1 <= lock.count("--hash=sha256:")
    assert "://" not in lock
    assert " ; " not in lock  # a condition would be told of the machine that builds, not of the image


def test_the_lock_pins_what_we_test_with() -> None:
    """An image runs what the suite ran."""
    root = Path(__file__).parents[3]
    ours = set(pinned((root / "requirements/runtime.txt").read_text()))

    assert set(pinned(read_requirements())) <= ours


def test_libraries_come_from_a_folder_where_there_is_no_network(
    base: Base, cache: Cache, tmp_path: Path
) -> None:
    """The same layer: a wheel is known by its hash, wherever it comes from."""
    lock = lock_of("click")
    _, online = libraries_layer(cache, base, AMD64, lock, bytecode=False)
    wheel = next((cache.folder / "wheels").glob("*/click-*.whl"))

    offline = Cache(tmp_path / "cache")
    layout, layer = libraries_layer(offline, base, AMD64, lock, wheels=wheel.parent, bytecode=False)

    assert layer == online
    with tarfile.open(layout.path(layer.blob)) as tar:
        assert "opt/penstock/click/__init__.py" in tar.getnames()


def test_a_library_that_is_not_there_is_named(base: Base, tmp_path: Path) -> None:
    """And nothing that a package index may have told: its address can hold a password."""
    (tmp_path / "wheels").mkdir()

    with pytest.raises(ConfigError, match="no wheel of click==") as told:
        libraries_layer(
            Cache(tmp_path / "cache"),
            base,
            AMD64,
            lock_of("click"),
            wheels=tmp_path / "wheels",
            bytecode=False,
        )

    assert str(tmp_path) not in str(told.value)


def test_a_wheel_that_is_not_what_the_lock_says_is_refused(base: Base, cache: Cache, tmp_path: Path) -> None:
    """By its hash."""
    lock = lock_of("click")
    digits = lock.split("sha256:")[1][:8]

    with pytest.raises(ConfigError):
        libraries_layer(
            Cache(tmp_path / "cache"), base, AMD64, lock.replace("sha256:", f"sha256:{digits[::-1]}")[:200],
            bytecode=False,
        )  # fmt: skip


def test_the_runtime_tells_what_it_is(base: Base, tmp_path: Path) -> None:
    """Its name, its version and its libraries, for those who list what an image holds."""
    layout, layer = runtime_layer(Cache(tmp_path), base, "click==8.1.0\n", bytecode=False)

    with tarfile.open(layout.path(layer.blob)) as tar:
        (told,) = (name for name in tar.getnames() if name.endswith("METADATA"))
        text = (tar.extractfile(told) or pytest.fail("no file")).read().decode()
    assert "Name: penstock-connectors\n" in text
    assert "Requires-Dist: click==8.1.0\n" in text
