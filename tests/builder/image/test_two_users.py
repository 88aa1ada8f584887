"""One digest for two users of a machine: root, who runs the tests, and one who may read none of root's files."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from tests.builder.image.conftest import EPOCH, MANIFEST, lock_of
from tests.builder.image.test_build import IN_A_PROCESS
from tests.conftest import missing

import penstock
import penstock_builder
from penstock_builder.image.build import Built
from penstock_builder.image.cache import Cache
from penstock_builder.image.dependencies import pinned, read_requirements

OTHER = "nobody"


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that everybody may read; pytest's own are for their owner."""
    folder = Path(tempfile.mkdtemp(prefix="two-users-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_two_users_make_one_digest(small: Built, cache: Cache, home: Path) -> None:
    """Each with a Python, a copy of Penstock, a cache and a time zone of its own; from scratch but for downloads."""
    if os.geteuid() != 0:
        pytest.skip("only root may start a process as another user")
    assert small.images
    other = pwd.getpwnam(OTHER)
    ours, theirs = home / "root", home / OTHER
    for folder in (ours, theirs):
        _furnish(folder)
    for downloads in ("debs", "wheels"):
        shutil.copytree(cache.folder / downloads, theirs / "cache" / downloads, copy_function=shutil.copyfile)
    for path in (theirs, *theirs.rglob("*")):
        os.chown(path, other.pw_uid, other.pw_gid)

    one = _digest(ours, sys.executable, cache.folder, "UTC", 0)
    two = _digest(theirs, _python_for(other.pw_uid), theirs / "cache", "Asia/Kathmandu", other.pw_uid)

    assert one == two


def _furnish(folder: Path) -> None:
    """Put Penstock, its libraries and a connector into a folder."""
    left_out = shutil.ignore_patterns("__pycache__")
    for package in (penstock, penstock_builder):
        source = Path(str(package.__file__)).parent
        shutil.copytree(source, folder / "site" / source.name, ignore=left_out)
    for name, _ in pinned(read_requirements()):
        for file in distribution(name).files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                (folder / "site" / file.parent).mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), folder / "site" / file)
    (folder / "manifest.yaml").write_text(MANIFEST)
    (folder / "lock.txt").write_text(lock_of("click", "pyyaml"))


def _python_for(uid: int) -> str:
    """A Python of our version that another user may run."""
    name = f"python3.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        try:
            subprocess.run([python, "-c", ""], user=uid, extra_groups=[], cwd="/", check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    missing(f"a {name} that another user may run")
    raise AssertionError


def _digest(folder: Path, python: str, cache: Path, zone: str, uid: int) -> str:
    """Build as a user, who has nothing but this folder."""
    done = subprocess.run(
        [python, "-S", "-c", IN_A_PROCESS, cache],
        env={
            "PATH": os.defpath,
            "HOME": str(folder),
            "PYTHONPATH": str(folder / "site"),
            "SOURCE_DATE_EPOCH": str(EPOCH),
            "TZ": zone,
        },
        user=uid,
        group=uid,
        extra_groups=[],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
