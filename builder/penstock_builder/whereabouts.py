"""From a line of the manifest to the stream and the component that are written there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from penstock.authoring import PenstockError, Span
from penstock_builder.components import component_pointers
from penstock_builder.draft import Draft
from penstock_builder.editing.places import parts_of
from penstock_builder.streams import streams


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The `stream` and the pointer of the `component` that a place belongs to; empty where it belongs to none."""

    stream: str
    component: str


Region = tuple[int, int, str]
"""From one character to another, and what stands there."""


def whereabouts(draft: Draft, span: Span) -> Whereabouts:
    """What is written at a place of the draft's text."""
    components = draft.once("whereabouts: components", _components)
    offset = _offset(draft, span)
    last = bisect_right(components, offset, key=lambda region: region[0])
    component = next((name for _, end, name in reversed(components[:last]) if offset <= end), "")
    return Whereabouts(stream_at(draft, span), component)


def stream_at(draft: Draft, span: Span) -> str:
    """The name of the stream that is written at a place; empty where none is."""
    regions = draft.once("whereabouts: streams", _streams)
    offset = _offset(draft, span)
    return next((name for start, end, name in regions if start <= offset <= end), "")


def _offset(draft: Draft, span: Span) -> int:
    try:
        return draft.document.lines.offset(span.line, span.col)
    except IndexError:
        return -1


def _components(draft: Draft) -> list[Region]:
    """The components of the text, outer ones first."""
    try:
        return sorted(_regions(draft, [(pointer, pointer) for pointer in component_pointers(draft)]))
    except PenstockError:  # no YAML: reading it told why
        return []


def _streams(draft: Draft) -> list[Region]:
    try:
        return list(_regions(draft, [(stream.place, stream.name) for stream in streams(draft)]))
    except PenstockError:
        return []


def _regions(draft: Draft, places: Iterable[tuple[str, str]]) -> Iterator[Region]:
    for pointer, name in places:
        try:
            spot = draft.document.spot(parts_of(pointer))
        except PenstockError:  # what an alias repeats is written elsewhere
            continue
        if spot is not None:
            yield spot.piece.start, spot.piece.end, name
