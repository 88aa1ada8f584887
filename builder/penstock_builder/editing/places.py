"""Places in a manifest as RFC 6901 pointers, and what can go wrong at them."""

from __future__ import annotations

from collections.abc import Sequence

from penstock.authoring import PenstockError

Parts = tuple[str, ...]


class DraftError(PenstockError):
    """An edit that cannot be made; the draft stays as it was."""

    failure_type = "config_error"


class NoSuchPlaceError(DraftError):
    """A pointer that leads nowhere."""


class SharedPlaceError(DraftError):
    """An edit that would change every user of an anchor."""


def parts_of(pointer: str) -> Parts:
    """The parts of a pointer. Raises NoSuchPlaceError."""
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise NoSuchPlaceError("a pointer begins with `/`", hint="write it as `/streams/0/name`")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def pointer_of(parts: Sequence[str]) -> str:
    """The pointer of some parts."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def child(pointer: str, *parts: str | int) -> str:
    """The pointer of what stands below a place."""
    return pointer + pointer_of([str(part) for part in parts])
