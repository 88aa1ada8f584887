"""Files that a manifest asks for, on their way to the platform: the one exit that no mask can guard.

So a stream with masks has no files (`DeclarativeStream.problems`), and files stay inside one folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import uuid4

from penstock.errors import ConfigError, StreamError

DEFAULT_FOLDER = "/staging/files"
FALLBACK_FOLDER = "/tmp/airbyte-file-transfer"  # noqa: S108 - as in the reference runtime; `_own` guards it


def staging_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that the platform fetches files from: $AIRBYTE_STAGING_DIRECTORY where it exists, else one below /tmp."""
    given = Path(environment.get("AIRBYTE_STAGING_DIRECTORY") or DEFAULT_FOLDER)
    return given if given.is_dir() else Path(FALLBACK_FOLDER)


def safe_path(name: str) -> str:
    """The name that data give a file, without what would lead out of a folder; empty where nothing is left."""
    printable = "".join(character for character in name if character.isprintable())
    return "/".join(part for part in printable.split("/") if part.strip() not in {"", ".", ".."})


def stage(folder: Path, path: str, chunks: Iterable[bytes]) -> tuple[Path, int]:
    """Put a file into the staging folder, and give its place and its size in bytes; it is there whole or not at all.

    Raises ConfigError where the folder is not to be trusted, and StreamError where the file cannot be written.
    """
    _own(folder)
    target = folder / path
    part = target.with_name(f".{uuid4().hex}.part")
    size = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(folder.resolve()):
            raise StreamError(
                "a folder below the staging folder leads out of it", failure_type="config_error"
            )
        try:
            with part.open("xb") as file:
                for chunk in chunks:
                    size += file.write(chunk)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StreamError(f"a file cannot be put into the staging folder: {error.strerror}") from None
    return target, size


def _own(folder: Path) -> None:
    """Make the folder, for this user alone; a folder below /tmp that another user laid there is refused."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"the staging folder cannot be made: {error.strerror}") from None
    if folder == Path(FALLBACK_FOLDER) and (folder.is_symlink() or folder.stat().st_uid != os.getuid()):
        raise ConfigError(
            f"the staging folder {FALLBACK_FOLDER} belongs to someone else",
            hint="name another in AIRBYTE_STAGING_DIRECTORY",
        )
