"""What is made once on a machine: bases, dependency layers, downloads."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from penstock.authoring import ConfigError

_DONE = ".complete"


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of things named by the digest of what they are made of; it may be deleted at any time."""

    folder: Path

    @classmethod
    def default(cls) -> Cache:
        """`$XDG_CACHE_HOME/penstock`, by default `~/.cache/penstock`."""
        home = os.environ.get("XDG_CACHE_HOME")
        return cls((Path(home) if home else Path.home() / ".cache") / "penstock")

    @contextlib.contextmanager
    def held(self, kind: str, digest: str) -> Iterator[tuple[Path, bool]]:
        """The folder of a thing, and whether it is made already; held for this process alone while it is made.

        What fails half-way is thrown away, and made anew the next time. Raises ConfigError where no cache can be had.
        """
        folder = self.folder / kind / digest.removeprefix("sha256:")[:32]
        done = folder / _DONE
        if done.is_file():
            yield folder, True
            return
        with _locked(folder.with_suffix(".lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if done.is_file():
                yield folder, True
                return
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            yield folder, False
            done.touch()


def forget(folder: Path) -> bool:
    """Throw away a thing that turned out to be damaged; the next who asks makes it anew. False: it is of no cache."""
    done = folder / _DONE
    if not done.is_file():
        return False
    done.unlink()
    return True


def _locked(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w")
    except OSError as error:
        raise ConfigError(
            f"cannot write {error.filename}: {error.strerror}",
            hint="the cache is in XDG_CACHE_HOME, else in ~/.cache: name another folder there",
        ) from None
