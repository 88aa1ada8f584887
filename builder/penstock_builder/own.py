"""Gives a place values of its own where it has them by `$ref`: what it shares with others stays theirs."""

from __future__ import annotations

from penstock.authoring import Json
from penstock_builder.draft import Draft
from penstock_builder.editing.change import with_value, without_value
from penstock_builder.editing.document import Document
from penstock_builder.editing.links import beside, link_of, unlinked, way_to
from penstock_builder.editing.places import Parts, parts_of


def copy_here(draft: Draft, pointer: str) -> None:
    """Give a place a copy of what references on the way to it, or there, lead to."""

    def edit(now: Document) -> Document:
        path = parts_of(pointer)
        now = _with_own(now, path)
        return unlinked(now, path) if link_of(now.written(path)) else now

    draft.change(edit, f"copy to {pointer}")


def set_here(draft: Draft, pointer: str, value: Json) -> None:
    """Set a value at this place alone, beside the references on the way to it; None takes it out."""
    draft.change(lambda now: given_here(now, parts_of(pointer), value), f"set {pointer}")


def given_here(now: Document, path: Parts, value: Json) -> Document:
    """The document with a value at this place alone; None takes it out."""
    now = _with_own(now, path)
    if value is not None:
        return with_value(now, path, value)
    return without_value(now, path) if now.written(path) is not None else now


def written_at(now: Document, path: Parts) -> Parts | None:
    """Where the value of a place is written, references on the way to it followed; None where nothing is."""
    at: Parts = ()
    for name in path:
        at = (*way_to(now, at, name)[-1], name)
    return at if now.written(at) is not None else None


def _with_own(now: Document, path: Parts) -> Document:
    """The document in which what stands on the way to a place is copied beside the references, where it wins."""
    for depth, name in enumerate(path):
        at = path[:depth]
        holder = way_to(now, at, name)[-1]
        if holder != at:
            now = beside(now, at, holder, name)
    return now
