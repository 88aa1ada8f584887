"""Programs that a build asks: `apt-get`, `dpkg-deb`, `git`, `pip`, and the Python of a base."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class ProgramError(Exception):
    """A program is `missing`, or ended with an error; `told` is what it complained of, for its caller alone."""

    def __init__(self, name: str, *, missing: bool, told: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.missing = missing
        self.told = told


def run(
    command: Sequence[str],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    given: bytes = b"",
) -> bytes:
    """What a program writes, run in a folder and given bytes to read. Raises ProgramError."""
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and each command is put together in this package
            command, cwd=folder, env=environment, input=given, capture_output=True, check=False
        )
    except OSError:
        raise ProgramError(command[0], missing=True) from None
    if done.returncode:
        raise ProgramError(command[0], missing=False, told=done.stderr.decode(errors="replace"))
    return done.stdout
