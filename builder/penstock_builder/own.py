"""Gives a place values of its own where it has them by `$ref`: what it shares with others stays theirs."""

from __future__ import annotations

from collections.abc import Mapping

from penstock.authoring import Json
from penstock_builder.draft import Draft
from penstock_builder.editing.change import with_value, without_value
from penstock_builder.editing.document import Document
from penstock_builder.editing.links import link_of, target_of, unlinked
from penstock_builder.editing.places import NoSuchPlaceError, Parts, parts_of


def copy_here(draft: Draft, pointer: str) -> None:
    """Give a place a copy of what references on the way to it, or there, lead to."""

    def edit(now: Document) -> Document:
        path = parts_of(pointer)
        now = _with_own(now, path)
        return unlinked(now, path) if link_of(_value(now, path)) else now

    draft.change(edit, f"copy to {pointer}")


def set_here(draft: Draft, pointer: str, value: Json) -> None:
    """Set a value at this place alone, beside the references on the way to it; None takes it out."""
    draft.change(lambda now: given_here(now, parts_of(pointer), value), f"set {pointer}")


def given_here(now: Document, path: Parts, value: Json) -> Document:
    """The document with a value at this place alone; None takes it out."""
    now = _with_own(now, path)
    if value is not None:
        return with_value(now, path, value)
    return without_value(now, path) if _value(now, path) is not None else now


def written_at(now: Document, path: Parts) -> Parts | None:
    """Where the value of a place is written, references on the way to it followed; None where nothing is."""
    at: Parts = ()
    for name in path:
        at = (*_holder(now, at, name), name)
    return at if _value(now, at) is not None else None


def _with_own(now: Document, path: Parts) -> Document:
    """The document in which what stands on the way to a place is copied beside the references, where it wins."""
    for depth, name in enumerate(path):
        at = path[:depth]
        theirs = _holder(now, at, name)
        if theirs == at:
            continue
        written = _value(now, at)
        if isinstance(written, str):
            now = with_value(now, at, {"$ref": written})
        value = _value(now, (*theirs, name))
        if value is not None:
            now = with_value(now, (*at, name), value)
    return now


def _holder(now: Document, at: Parts, name: str) -> Parts:
    """Where a key of a place is written: there, or where its references lead, the first that has it."""
    seen = {at}
    here = at
    while True:
        written = _value(now, here)
        if isinstance(written, list) or (isinstance(written, Mapping) and name in written):
            return here
        reference = link_of(written)
        target = target_of(now, reference) if reference else None
        if target is None or target in seen:
            return here if here == at or isinstance(written, Mapping) else at
        seen.add(target)
        here = target


def _value(now: Document, at: Parts) -> Json:
    """The value at a place, None where there is none."""
    try:
        return now.value(at)
    except NoSuchPlaceError:
        return None
