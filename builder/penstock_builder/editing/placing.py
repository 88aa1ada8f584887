"""Puts a written value in the place of another: at the end of its key's line, or on lines of its own below."""

from __future__ import annotations

import re
from dataclasses import dataclass

from penstock_builder.editing.document import Document, Splice, Spot
from penstock_builder.editing.layout import column_of
from penstock_builder.editing.lines import comment_on, line_end, line_start

_PROPERTIES = re.compile(r"[&!][^\s]*(?:[ \t]+[&!][^\s]*)*")


@dataclass(frozen=True, slots=True)
class Written:
    """A value as text: `first` goes on the line of its key or dash, `rest` are whole lines below.

    `first` is empty where the value has only lines of its own.
    """

    first: str
    rest: tuple[str, ...] = ()


def column_at(document: Document, spot: Spot) -> int:
    """The column of the key or dash that holds a value; -1 at the root."""
    return -1 if spot.entry is None else column_of(document.text, spot.entry.start)


def has_own_lines(document: Document, spot: Spot) -> bool:
    """Whether a value begins below the line of its key or dash."""
    text, piece = document.text, spot.piece
    if spot.entry is None:
        return piece.is_block
    return line_start(text, piece.start) > head_of(document, spot)


def head_of(document: Document, spot: Spot) -> int:
    """Where what stands before a value ends: its anchor and tag, or the colon, or the dash."""
    text, piece, entry = document.text, spot.piece, spot.entry
    found = _PROPERTIES.match(text, piece.outset) if piece.outset < piece.start or piece.anchor else None
    if found is not None:
        return found.end()
    if entry is None:
        return piece.start
    if entry.key is None:
        return entry.start + (0 if spot.in_flow else 1)
    colon = text.find(":", entry.key.end)
    return colon + 1 if colon >= 0 else entry.key.end


def placed(
    document: Document, spot: Spot, written: Written, region: tuple[int, int] | None = None
) -> list[Splice]:
    """The replacements that put `written` where a value stands.

    `region` are the lines that go, comments of the value included, where it has lines of its own; else only the
    lines from its first to its last.
    """
    if has_own_lines(document, spot):
        return _own_lines(document, spot, written, region)
    return _at_head(document, spot, written)


def _own_lines(
    document: Document, spot: Spot, written: Written, region: tuple[int, int] | None
) -> list[Splice]:
    text, newline = document.text, _newline(document)
    start, end = region or (line_start(text, spot.piece.start), line_end(text, spot.piece.end))
    if not written.first:
        return [(start, end, newline.join(written.rest))]
    head = head_of(document, spot)
    if spot.entry is None:
        return [(start, end, newline.join([written.first, *written.rest]))]
    below = "".join(newline + line for line in written.rest)
    before = start - 2 if text[start - 2 : start] == "\r\n" else start - 1
    return [
        (head, head, " " + written.first),
        (line_end(text, head), line_end(text, head), below),
        (before, end, ""),
    ]


def _at_head(document: Document, spot: Spot, written: Written) -> list[Splice]:
    text, piece = document.text, spot.piece
    start, end = piece.start, piece.end
    inline_end = comment_on(text, start + 1) if piece.style in ("|", ">") else end
    tail = line_end(text, inline_end)
    below = "".join(_newline(document) + line for line in written.rest)
    if piece.is_block:
        start = start if written.first else head_of(document, spot)
        return [(start, line_end(text, end), written.first + below)]
    if spot.entry is not None and not written.first:
        start = head_of(document, spot)
    gap = " " if written.first and spot.entry is not None and start == head_of(document, spot) else ""
    return [(start, inline_end, gap + written.first), (tail, max(tail, end), below)]


def _newline(document: Document) -> str:
    return "\r\n" if "\r\n" in document.text else "\n"
