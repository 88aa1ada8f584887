"""What the builder keeps beside a manifest: drafts, and values to try it with. For one person, and not to be published."""

from __future__ import annotations

from pathlib import Path

OWN_FOLDER = ".penstock"


def own_folder(manifest: Path) -> Path:
    """The folder beside a manifest."""
    return manifest.parent / OWN_FOLDER


def private_folder(folder: Path) -> None:
    """Make an own folder, or one inside it, if it is not there: closed to others, and passed over by git."""
    own = next(each for each in (folder, *folder.parents) if each.name == OWN_FOLDER)
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    ignored = own / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
