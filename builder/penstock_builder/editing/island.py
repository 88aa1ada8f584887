"""A value as a text of its own, and back: an island that nobody edited goes back byte for byte."""

from __future__ import annotations

import re

from penstock.authoring import Piece, read_pieces
from penstock_builder.editing.document import Document, Spot, outline
from penstock_builder.editing.insert import last_line_of
from penstock_builder.editing.layout import column_of, indented, layout_of
from penstock_builder.editing.lines import first_comment, is_first, line_end, line_start
from penstock_builder.editing.places import DraftError, Parts, pointer_of
from penstock_builder.editing.placing import Written, column_at, has_own_lines, head_of, placed

_LINE_END = re.compile("\r\n|\r|\n")


def island(document: Document, parts: Parts) -> str:
    """The text of a value, moved to the left edge; comments in it, above its first key and below its last included.

    Raises NoSuchPlaceError. Lines end in a line feed, the last in nothing.
    """
    if not parts:
        return _LINE_END.sub("\n", document.text)
    return "\n".join(_bare(*_cut(document, document.known_spot(parts))))


def island_place(document: Document, parts: Parts) -> tuple[int, int]:
    """The line and column (1-based) where the text of an island begins. Raises NoSuchPlaceError."""
    if not parts:
        return 1, 1
    start, _, column = _region(document, document.known_spot(parts))
    return document.lines.place(start)[0], column + 1


def with_island(document: Document, parts: Parts, text: str) -> Document:
    """The document with an edited island in the place of a value; lines that were not edited keep every byte.

    Raises ManifestError for an island that is no YAML, and DraftError where it cannot stand in this place.
    """
    spot = document.known_spot(parts)
    raw, column = _cut(document, spot)
    old, new = _bare(raw, column), _LINE_END.sub("\n", text).removesuffix("\n").split("\n")
    if new in (old, [*old, ""]):
        return document
    file = f"{document.file}#{pointer_of(parts)}"
    piece = read_pieces("\n".join(new) + "\n", file)
    if piece is None:
        raise document.refuse(parts, "the edited text holds no value", "write `null`, or remove the key")
    if spot.in_flow and piece.is_block:
        raise document.refuse(parts, "a block cannot stand inside of braces or brackets", "write it as `{…}`")
    if spot.in_flow:
        after = document.spliced([(spot.piece.start, spot.piece.end, "\n".join(new))])
    else:
        after = _put_back(document, spot, (raw, old, new), piece)
    return _checked(document, parts, after, piece)


def _cut(document: Document, spot: Spot) -> tuple[list[str], int]:
    """The lines of a value as they stand, the first from where the value begins, and its column."""
    start, end, column = _region(document, spot)
    return _LINE_END.split(document.text[start:end]), column


def _region(document: Document, spot: Spot) -> tuple[int, int, int]:
    text, piece = document.text, spot.piece
    if piece.is_block:
        column = column_of(text, piece.start)
        start = piece.start
        if has_own_lines(document, spot):
            head = head_of(document, spot)
            start = first_comment(text, head, piece.start)
            if spot.entry is not None and spot.entry.key is None:
                beside = text[head : line_end(text, head)]
                start = head + beside.index("#") if "#" in beside else start
        return start, last_line_of(document, spot), column
    return piece.start, piece.end, max(column_at(document, spot), 0)


def _bare(raw: list[str], column: int) -> list[str]:
    """Lines moved to the left edge, as far as they have blanks there."""
    return [raw[0], *(line[min(column, len(line) - len(line.lstrip(" "))) :] for line in raw[1:])]


def _put_back(
    document: Document, spot: Spot, lines: tuple[list[str], list[str], list[str]], piece: Piece
) -> Document:
    raw, old, new = lines
    text = document.text
    start, end, column = _region(document, spot)
    below = piece.is_block or piece.outset > 0
    if spot.piece.is_block and below:
        inner = _inner_column(document, spot, piece)
        if inner == column:
            newline = layout_of(text, None, None).newline
            kept = newline.join(_merged(raw, old, new, column))
            return document.spliced([(start, end, kept)])
    inner = _inner_column(document, spot, piece) if below else max(column_at(document, spot), 0)
    region = (line_start(text, start), end) if is_first(text, start) else (start, end)
    if below and (
        spot.entry is None or spot.entry.key is not None or piece.start > 0 or has_own_lines(document, spot)
    ):
        return document.spliced(placed(document, spot, Written("", tuple(indented(new, inner))), region))
    written = Written(new[0], tuple(indented(new[1:], inner)))
    return document.spliced(placed(document, spot, written, region))


def _inner_column(document: Document, spot: Spot, piece: Piece) -> int:
    """The column for lines of their own: where the old ones stand, if the new value may stand there."""
    outer = column_at(document, spot)
    layout = layout_of(document.text, spot.holder, document.pieces)
    is_key = spot.entry is not None and spot.entry.key is not None
    if spot.piece.is_block:
        column = column_of(document.text, spot.piece.start)
        if column > outer or (piece.kind == "list" and is_key):
            return column
    if spot.entry is None:
        return 0
    if not is_key:
        return outer + 2
    return outer + (layout.dash if piece.kind == "list" and piece.is_block else layout.step)


def _merged(raw: list[str], old: list[str], new: list[str], column: int) -> list[str]:
    """The new lines in their column; those that stand unedited at the beginning and the end as they were."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    raw = [" " * column + raw[0], *raw[1:]]
    lines = [*raw[:head], *indented(new[head : len(new) - tail], column), *raw[len(raw) - tail :]]
    return [lines[0].removeprefix(" " * column), *lines[1:]]


def _checked(document: Document, parts: Parts, after: Document, piece: Piece) -> Document:
    """The document, if the place says what the island says, and all else what it said. Raises DraftError."""
    try:
        spot = after.spot(parts)
        right = (
            spot is not None
            and _said(spot.piece) == _said(piece)
            and outline(document.pieces, parts) == outline(after.pieces, parts)
            and after.root is not None
        )
    except DraftError as error:
        raise document.refuse(
            parts, f"the edited text does not fit here: {error.message}", error.hint
        ) from None
    if not right:
        raise document.refuse(parts, "the edited text does not fit here", "edit the whole manifest as text")
    return after


def _said(piece: Piece) -> object:
    """What a piece says, its own anchor aside: that of the place stays."""
    said = outline(piece)
    return said[0], said[2:]
