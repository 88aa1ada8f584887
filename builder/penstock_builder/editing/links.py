"""The `#/…` references of a manifest as it is written: where they lead, who uses a place, and copies in their stead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.authoring import Node, plain
from penstock_builder.editing.change import with_value
from penstock_builder.editing.document import Document
from penstock_builder.editing.island import island, with_island
from penstock_builder.editing.places import DraftError, Parts, pointer_of

Json = Any


def link_of(value: Json) -> str:
    """The reference that a plain value is, or has as its `$ref`; empty where it is none."""
    written = value.get("$ref") if isinstance(value, dict) else value
    return written if isinstance(written, str) and written.startswith("#/") else ""


def written_link(node: Node) -> str:
    """The reference that a written value is, or has as its `$ref`; empty where it is none."""
    at = node.get("$ref") or node
    return at.value if isinstance(at.value, str) and at.value.startswith("#/") else ""


def target_of(document: Document, reference: str) -> Parts | None:
    """Where a reference leads. As in a run, the rest of it is tried as one key first, so `a/b` may be a key."""
    found: Parts = ()
    rest = reference.removeprefix("#/")
    while rest:
        if document.node((*found, rest)) is not None:
            return (*found, rest)
        head, _, rest = rest.partition("/")
        found = (*found, head)
        if document.node(found) is None:
            return None
    return found


def way_to(document: Document, at: Parts, name: str) -> list[Parts]:
    """The places from one to where its key is written, or would be: itself, then where its references lead."""
    way = [at]
    while True:
        written = document.written(way[-1])
        if isinstance(written, list) or (isinstance(written, dict) and name in written):
            return way
        reference = link_of(written)
        target = target_of(document, reference) if reference else None
        if target is None or target in way:
            return way if len(way) == 1 or isinstance(written, dict) else [at]
        way.append(target)


def is_shared(document: Document, target: Parts) -> bool:
    """Whether more than one place refers to a definition, or to a part of it or what holds it."""
    targets = (target_of(document, reference) for _, reference in references(document))
    around = (other for other in targets if other is not None and _is_within(other, target))
    return len(list(around)) > 1


def _is_within(one: Parts, other: Parts) -> bool:
    """Whether one place is the other, or one holds the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def beside(document: Document, at: Parts, holder: Parts, name: str) -> Document:
    """The document in which a key that a place has by reference stands there itself, where it wins."""
    written = document.written(at)
    if isinstance(written, str):
        document = with_value(document, at, {"$ref": written})
    theirs = document.written((*holder, name))
    return document if theirs is None else with_value(document, (*at, name), theirs)


def references(document: Document) -> Iterator[tuple[Parts, str]]:
    """Every reference of the text, with its place."""
    if document.root is not None:
        yield from _references(document.root, ())


def _references(node: Node, parts: Parts) -> Iterator[tuple[Parts, str]]:
    if isinstance(node.value, str):
        if node.value.startswith("#/"):
            yield parts, node.value
    elif isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from _references(child, (*parts, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from _references(child, (*parts, str(index)))


def retargeted(document: Document, old: str, new: str) -> Document:
    """The document whose references to a place, or below it, lead to another."""
    for parts, reference in list(references(document)):
        if reference == old or reference.startswith(old + "/"):
            document = with_value(document, parts, new + reference[len(old) :])
    return document


def unlinked(document: Document, parts: Parts) -> Document:
    """The document with a copy of what a reference leads to in its place; keys beside `$ref` win.

    Raises DraftError where there is no reference, or it leads nowhere.
    """
    value = document.value(parts)
    reference = link_of(value)
    target = target_of(document, reference) if reference else None
    if target is None:
        problem = f"`{reference}` leads nowhere" if reference else "this is no reference"
        raise document.refuse(parts, problem, "only what is linked can be unlinked")
    if target == parts[: len(target)]:
        raise document.refuse(parts, f"`{pointer_of(target)}` holds this reference itself", "edit it as text")
    beside = {key: child for key, child in value.items() if key != "$ref"} if isinstance(value, dict) else {}
    original = document.node(target)
    assert original is not None
    copy = plain(original)
    if not isinstance(copy, dict):
        return with_value(document, parts, copy)
    try:
        document = with_island(document, parts, island(document, target))
    except DraftError:
        document = with_value(document, parts, copy)  # an anchor may stand in one place only
    for key, child in beside.items():
        document = with_value(document, (*parts, key), child)
    return document
