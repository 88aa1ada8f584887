"""What is made once on a machine: bases, dependency layers, downloads."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


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

        What fails half-way is thrown away, and made anew the next time.
        """
        folder = self.folder / kind / digest.removeprefix("sha256:")[:32]
        folder.parent.mkdir(parents=True, exist_ok=True)
        done = folder / ".complete"
        if done.is_file():
            yield folder, True
            return
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if done.is_file():
                yield folder, True
                return
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            yield folder, False
            done.touch()
