"""Debian packages by name, version and digest: the lock of our base, and `apt-get` to fetch what it names."""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from penstock.authoring import ConfigError
from penstock_builder.image.cache import Cache
from penstock_builder.image.layout import digest_of
from penstock_builder.image.programs import ProgramError, run

Json = Any

LOCK = "base.lock"
MIRROR = "http://deb.debian.org"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

_SOURCES = """Types: deb
URIs: {mirror}/debian
Suites: {suite} {suite}-updates
Components: main
Signed-By: {keyring}

Types: deb
URIs: {mirror}/debian-security
Suites: {suite}-security
Components: main
Signed-By: {keyring}
"""


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package as the lock pins it; `sha256` is of its file."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Lock:
    """What our base is made of. `python` is its version; packages by Debian's name of the architecture."""

    suite: str
    python: str
    packages: Mapping[str, tuple[Package, ...]]

    def as_text(self) -> str:
        """As the lock file has it: a package a line."""
        told = {
            "suite": self.suite,
            "python": self.python,
            "packages": {
                architecture: {package.name: [package.version, package.sha256] for package in packages}
                for architecture, packages in self.packages.items()
            },
        }
        text = json.dumps(told, indent=2, sort_keys=True)
        return re.sub(r"\[\s+(\S+)\s+(\S+)\s+\]", r"[\1 \2]", text) + "\n"


def read_lock(text: str | None = None) -> Lock:
    """Read a lock of packages; without a text, the one that Penstock comes with."""
    told = json.loads(text or (files("penstock_builder.image") / LOCK).read_text(encoding="utf-8"))
    packages = {
        architecture: tuple(Package(name, *pin) for name, pin in sorted(pins.items()))
        for architecture, pins in told["packages"].items()
    }
    return Lock(told["suite"], told["python"], packages)


class Apt:
    """`apt-get` with a state of its own, so that neither root nor the machine's own packages matter."""

    def __init__(self, folder: Path, architecture: str) -> None:
        self._folder = folder
        options = {
            "APT::Architecture": architecture,
            "APT::Architectures": architecture,
            "APT::Sandbox::User": "",
            "Dir::State": folder,
            "Dir::State::lists": folder / "lists",
            "Dir::State::status": folder / "status",
            "Dir::Cache": folder / "cache",
            "Dir::Etc::sourcelist": "/dev/null",
            "Dir::Etc::sourceparts": folder / "sources",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
        }
        self._command = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
        self.architecture = architecture

    @classmethod
    @contextlib.contextmanager
    def opened(cls, cache: Cache, suite: str, architecture: str, mirror: str) -> Iterator[Apt]:
        """Apt with fresh lists, for one process at a time."""
        folder = cache.folder / "apt" / f"{suite}-{architecture}"
        for name in ("lists/partial", "cache/archives/partial", "sources"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (folder / "status").touch()
            sources = _SOURCES.format(mirror=mirror, suite=suite, keyring=KEYRING)
            (folder / "sources/debian.sources").write_text(sources, encoding="utf-8")
            apt = cls(folder, architecture)
            apt._run("update")
            yield apt

    def newest(self, names: Sequence[str]) -> tuple[Package, ...]:
        """The newest version of each package."""
        told = self._run("download", "--print-uris", *names).decode()
        found = []
        for line in told.splitlines():
            _, file, _, checksum = line.split()
            name, version, _ = file.split("_", 2)
            found.append(Package(name, version.replace("%3a", ":"), checksum.removeprefix("SHA256:")))
        return tuple(sorted(found, key=lambda package: package.name))

    def download(self, packages: Sequence[Package], target: Path) -> None:
        """Fetch packages, and put those that are what the lock says under the name of their digest."""
        new = self._folder / "new"
        new.mkdir(exist_ok=True)
        self._run("download", *(f"{package.name}={package.version}" for package in packages), folder=new)
        for file in new.iterdir():
            file.replace(target / f"{digest_of(file.read_bytes()).removeprefix('sha256:')}.deb")
        wrong = [package.name for package in packages if not (target / f"{package.sha256}.deb").is_file()]
        if wrong:
            raise ConfigError(f"packages that are not what the lock says: {', '.join(wrong)}")

    def _run(self, *arguments: str, folder: Path | None = None) -> bytes:
        return ask(*self._command, *arguments, folder=folder)


def renewed(cache: Cache, lock: Lock, mirror: str = MIRROR) -> Lock:
    """The lock with the newest version of each of its packages."""
    packages = {}
    for architecture, pinned in lock.packages.items():
        with Apt.opened(cache, lock.suite, architecture, mirror) as apt:
            packages[architecture] = apt.newest([package.name for package in pinned])
    (python,) = {
        re.split(r"[-+]", package.version)[0]
        for pinned in packages.values()
        for package in pinned
        if re.fullmatch(r"python3\.\d+-minimal", package.name)
    }
    return Lock(lock.suite, python, packages)


def ask(*command: str, folder: Path | None = None) -> bytes:
    """What a program of Debian's writes. Raises ConfigError where it is missing, or fails."""
    try:
        return run(command, folder=folder)
    except ProgramError as failure:
        if failure.missing:
            raise ConfigError(
                f"there is no `{failure.name}` here",
                hint="our base is made on Debian or Ubuntu; elsewhere give a base as an OCI layout or archive",
            ) from None
        gone = re.findall(r"Version '([^']+)' for '([^']+)' was not found", failure.told)
        raise ConfigError(
            f"`{failure.name}` failed",
            hint="; ".join(f"the mirror has no {name} {version} any more" for version, name in gone)
            or "it needs a mirror of Debian, or all packages in the cache",
        ) from None
