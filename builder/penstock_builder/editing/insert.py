"""Adds a key or item to a collection, and takes one out, in the collection's own style."""

from __future__ import annotations

from typing import Any

from penstock.authoring import Piece, write_scalar
from penstock_builder.editing.document import Document, Splice, Spot
from penstock_builder.editing.layout import Layout, column_of, flow, indented
from penstock_builder.editing.lines import (
    comments_above,
    comments_below,
    is_first,
    line_end,
    line_start,
    next_line,
)
from penstock_builder.editing.placing import column_at

Json = Any


def inserted(document: Document, spot: Spot, name: str, value: Json, layout: Layout) -> list[Splice]:
    """The replacements that add a key, or an item at the index `name`, to a collection."""
    if spot.piece.is_flow:
        return _into_flow(document.text, spot.piece, name, value)
    text, piece = document.text, spot.piece
    column = column_of(text, piece.start)
    lines = layout.item(value) if piece.kind == "list" else layout.entry(name, value)
    lines = indented(lines, column)
    if piece.kind == "list" and int(name) < len(piece.entries):
        place = comments_above(text, piece.entries[int(name)].start)
        block = layout.newline.join(lines).lstrip(" ")
        return [(place, place, block + layout.newline + " " * column)]
    end = last_line_of(document, spot)
    return [(end, end, "".join(layout.newline + line for line in lines))]


def put_first(document: Document, spot: Spot, name: str, value: Json, newline: str) -> list[Splice]:
    """The replacements that add a key with a scalar before the first key of a mapping."""
    piece = spot.piece
    gap = ", " if piece.is_flow else newline + " " * column_of(document.text, piece.start)
    place = piece.entries[0].start
    return [(place, place, f"{write_scalar(name)}: {write_scalar(value, in_flow=piece.is_flow)}{gap}")]


def removed(document: Document, spot: Spot) -> list[Splice]:
    """The replacements that take out one of several entries; the comments above it stay, that on its line goes."""
    holder, entry = spot.holder, spot.entry
    assert holder is not None
    assert entry is not None
    text = document.text
    index = next(number for number, found in enumerate(holder.entries) if found is entry)
    if holder.is_flow:
        return _out_of_flow(text, holder, index)
    if is_first(text, entry.start):
        start, end = line_start(text, entry.start), next_line(text, entry.end)
        if end == len(text) and not text.endswith("\n"):
            start = line_end(text, start - 1) if start else 0
        return [(start, end, "")]
    after = holder.entries[index + 1]
    if not text[line_end(text, entry.end) : after.start].strip():
        return [(entry.start, after.start, "")]
    return [(entry.start, line_end(text, entry.end), "")]


def last_line_of(document: Document, spot: Spot) -> int:
    """The end of the last line of a block, comments below that are indented as it is included."""
    text, piece = document.text, spot.piece
    column = column_of(text, piece.start)
    if column <= column_at(document, spot):
        column += 1  # dashes in the column of their key: a comment there is about the next key
    return comments_below(text, piece.end, column)


def _into_flow(text: str, piece: Piece, name: str, value: Json) -> list[Splice]:
    written = flow(value) if piece.kind == "list" else f"{write_scalar(name, in_flow=True)}: {flow(value)}"
    if not piece.entries:
        return [(piece.start + 1, piece.start + 1, written)]
    if piece.kind == "list" and int(name) < len(piece.entries):
        start = piece.entries[int(name)].start
        return [(start, start, written + ", ")]
    last = piece.entries[-1]
    comma = _comma_after(text, last.end, piece.end)
    if not is_first(text, last.start):
        return [(comma or last.end, comma or last.end, f" {written}" if comma else f", {written}")]
    end = min(line_end(text, last.end), piece.end - 1)
    line = ("\r\n" if "\r\n" in text else "\n") + " " * column_of(text, last.start) + written
    if comma:
        return [(end, end, line + ",")]
    return [(last.end, last.end, ","), (end, end, line)]


def _out_of_flow(text: str, piece: Piece, index: int) -> list[Splice]:
    entry = piece.entries[index]
    before = piece.entries[index - 1] if index else None
    after = piece.entries[index + 1] if index + 1 < len(piece.entries) else None
    comma = _comma_after(text, entry.end, piece.end)
    rest = text[comma or entry.end : line_end(text, entry.end)].strip()
    if is_first(text, entry.start) and (not rest or rest.startswith("#")):
        gone = (line_start(text, entry.start), next_line(text, entry.end), "")
        if before is None or after is not None or comma:
            return [gone]
        unneeded = _comma_after(text, before.end, entry.start)
        return [(before.end, unneeded, ""), gone] if unneeded else [gone]
    if after is not None:
        return [(entry.start, after.start, "")]
    if before is None:
        return [(entry.start, comma or entry.end, "")]
    return [(before.end, entry.end, "")]


def _comma_after(text: str, place: int, end: int) -> int:
    """Just behind the comma that follows an entry; 0 where none does."""
    while place < end:
        if text[place] == ",":
            return place + 1
        if text[place] == "#":
            place = line_end(text, place)
        elif not text[place].isspace():
            return 0
        place += 1
    return 0
