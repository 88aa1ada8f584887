"""The layers below a connector: the libraries of the runtime for a platform, and the runtime itself.

They are the same for every connector, so that a machine that has run one pulls only the next one's own kilobytes.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path, PurePosixPath

import penstock
from penstock.authoring import DISTRIBUTION, ConfigError, __version__
from penstock_builder.image.base import Base
from penstock_builder.image.bytecode import with_bytecode
from penstock_builder.image.cache import Cache
from penstock_builder.image.layers import USER, Entry, Layer, write_layer
from penstock_builder.image.layout import LAYER, Descriptor, Layout, Platform, canonical, digest_of
from penstock_builder.image.programs import ProgramError, run

FOLDER = "opt/penstock"
"""Where the libraries are; PYTHONPATH names it, so that no base needs to tell where its own are."""

FILE_NAME = f"{DISTRIBUTION.replace('-', '_')}-{__version__}"
"""How the names of Penstock's wheel and of its metadata begin."""

LOCK = "requirements.txt"

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}.get
_NEWEST_GLIBC = 28
_OLD_TAGS = ("manylinux2014", "manylinux2010", "manylinux1")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_MADE = 1


def read_requirements() -> str:
    """The libraries of an image, pinned by version and hashes."""
    return (files("penstock_builder.image") / LOCK).read_text(encoding="utf-8")


def pinned(requirements: str) -> list[tuple[str, str]]:
    """Name and version of each library of a lock."""
    return _PINNED.findall(requirements)


def libraries_layer(
    cache: Cache,
    base: Base,
    platform: Platform,
    requirements: str,
    *,
    wheels: Path | None = None,
    bytecode: bool = True,
) -> tuple[Layout, Layer]:
    """The libraries for a platform, as pip would install them. `wheels` is a folder to take them from, offline."""

    def entries() -> list[Entry]:
        found = wheels_for(cache, platform, base.python, requirements, wheels)
        return [entry for wheel in sorted(found) for entry in _unpacked(wheel)]

    made_of = [str(platform), base.python, requirements]
    return _layer(cache, base, made_of, entries, bytecode=bytecode)


def runtime_layer(
    cache: Cache, base: Base, requirements: str, *, bytecode: bool = True
) -> tuple[Layout, Layer]:
    """The runtime that runs here, for any platform: `penstock` without builder and screens."""
    found = list(_runtime(requirements))
    made_of = [digest_of(b"".join(e.path.encode() + digest_of(e.data).encode() for e in found))]
    return _layer(cache, base, made_of, lambda: found, bytecode=bytecode)


def _layer(
    cache: Cache, base: Base, made_of: list[str], entries: Callable[[], list[Entry]], *, bytecode: bool
) -> tuple[Layout, Layer]:
    """A layer of these entries, written once."""
    key = canonical([_MADE, made_of, base.digest if bytecode else ""])
    with cache.held("layers", digest_of(key)) as (folder, made):
        layout, note = Layout(folder), folder / "layer.json"
        if not made:
            Layout.create(folder)
            complete = with_bytecode(entries(), base.interpreter(cache)) if bytecode else entries()
            layer = write_layer(layout, complete, USER, 0)
            note.write_bytes(canonical([layer.blob.digest, layer.blob.size, layer.diff_id]))
    digest, size, diff_id = json.loads(note.read_bytes())
    return layout, Layer(Descriptor(LAYER, digest, size), diff_id)


def wheels_for(
    cache: Cache, platform: Platform, python: str, requirements: str, wheels: Path | None
) -> list[Path]:
    """The wheels of a lock for a platform, each by its hash. Nothing is built, and nothing beside the lock is fetched."""
    key = digest_of(canonical([str(platform), python, requirements]))
    with cache.held("wheels", key) as (folder, made):
        if not made:
            lock = folder / LOCK
            lock.write_text(requirements, encoding="utf-8")
            _pip(*_target(platform, python), "--dest", str(folder), "--requirement", str(lock), wheels=wheels)
    return sorted(folder.glob("*.whl"))


def _target(platform: Platform, python: str) -> list[str]:
    """What pip is told of a platform; it takes a tag of an old glibc only where it is named too."""
    machine = _MACHINES(platform.architecture)
    if platform.os != "linux" or machine is None:
        raise ConfigError(f"the runtime's libraries are not had for {platform}")
    tags = [*(f"manylinux_2_{number}" for number in range(_NEWEST_GLIBC, 4, -1)), *_OLD_TAGS]
    named = [option for tag in tags for option in ("--platform", f"{tag}_{machine}")]
    return [*named, "--python-version", python, "--implementation", "cp"]


def _pip(*arguments: str, wheels: Path | None) -> None:
    offline = [] if wheels is None else ["--no-index", "--find-links", str(wheels.resolve())]
    fixed = ["download", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    try:
        run([sys.executable, "-m", "pip", *fixed, *offline, *arguments])
    except ProgramError as failure:
        lacking = re.search(r"No matching distribution found for (\S+)", failure.told)
        raise ConfigError(
            f"pip found no wheel of {lacking[1]}"
            if lacking
            else "pip could not fetch the runtime's libraries",
            hint="it needs the package index that pip is set up with, or a folder of wheels",
        ) from None


def _unpacked(wheel: Path) -> Iterator[Entry]:
    """The modules of a wheel, where pip would put them (binary distribution format, `.data` folders)."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            path = PurePosixPath(member.filename)
            if member.is_dir():
                continue
            if path.is_absolute() or ".." in path.parts:
                raise ConfigError(f"the wheel {wheel.name} reaches out of its folder")
            if path.parts[0].endswith(".data"):
                if path.parts[1] not in ("purelib", "platlib"):
                    continue
                path = PurePosixPath(*path.parts[2:])
            runs = (member.external_attr >> 16) & 0o111
            yield Entry(f"{FOLDER}/{path}", archive.read(member), 0o755 if runs else 0o644)


def _runtime(requirements: str) -> Iterator[Entry]:
    """The package as it is installed here, and what tells that it is there. Its verbs of the builder stay away."""
    package = Path(str(penstock.__file__)).parent
    for file in sorted(package.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield Entry(f"{FOLDER}/penstock/{file.relative_to(package).as_posix()}", file.read_bytes())
    lines = ["Metadata-Version: 2.1", f"Name: {DISTRIBUTION}", f"Version: {__version__}", "License: MIT"]
    lines += [f"Requires-Dist: {name}=={version}" for name, version in pinned(requirements)]
    told = "\n".join([*lines, ""]).encode()
    yield Entry(f"{FOLDER}/{FILE_NAME}.dist-info/METADATA", told)
