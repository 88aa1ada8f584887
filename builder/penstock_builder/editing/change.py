"""Sets, adds, removes, renames and moves values of a document: the smallest change of text that does it.

Every edit is checked before it is given: the place holds the value, and all else says what it said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal

from penstock.authoring import Piece, write_scalar
from penstock_builder.editing.document import Document, Splice, Spot, entry_of, outline, same
from penstock_builder.editing.insert import inserted, put_first, removed
from penstock_builder.editing.layout import Layout, column_of, flow, indented, layout_of
from penstock_builder.editing.lines import comments_above, line_end
from penstock_builder.editing.places import DraftError, Parts, pointer_of
from penstock_builder.editing.placing import Written, column_at, has_own_lines, placed

Json = Any


def with_value(document: Document, parts: Parts, value: Json) -> Document:
    """The document with a value at a place, set or added; parents that are missing are made."""
    depth, spot = _nearest(document, parts)
    missing = parts[depth:]
    if not missing:
        assert spot is not None
        if spot.piece.kind != "alias" or not same(document.value(parts), value):
            for step in _steps(document, spot, value):
                document = step(document)
        return document
    for part in reversed(missing[1:]):
        value = {part: value}
    if spot is None:
        return _first_key(document, {missing[0]: value})
    return _with_child(document, spot, missing[0], value)


def with_first_key(document: Document, parts: Parts, key: str, value: Json) -> Document:
    """The document with a scalar under a key: set where the mapping has it, else put before its first key."""
    spot = document.known_spot(parts)
    if spot.piece.kind != "mapping" or not spot.piece.entries or entry_of(spot.piece, key) is not None:
        return with_value(document, (*parts, key), value)
    newline = layout_of(document.text, None, None).newline
    after = document.spliced(put_first(document, spot, key, value, newline))
    return _checked(document, (*parts, key), after, value, added=True)


def without_value(document: Document, parts: Parts) -> Document:
    """The document without a key or list item. Raises NoSuchPlaceError."""
    spot = document.known_spot(parts)
    if spot.holder is None or spot.entry is None:
        raise document.refuse(parts, "the whole manifest cannot be removed", "remove its keys")
    above = document.known_spot(parts[:-1])
    if len(spot.holder.entries) == 1 and not spot.holder.is_flow:
        empty: Json = {} if spot.holder.kind == "mapping" else []
        return _checked(document, parts[:-1], document.spliced(_put(document, above, empty)))
    after = document.spliced(removed(document, spot))
    return _checked(document, parts, after, gone=True)


def with_key(document: Document, parts: Parts, new: str) -> Document:
    """The document with another name for a key, in its place. Raises NoSuchPlaceError."""
    spot = document.known_spot(parts)
    if spot.entry is None or spot.entry.key is None or spot.holder is None:
        raise document.refuse(parts, "only a key of a mapping has a name", "move a list item instead")
    renamed = (*parts[:-1], new)
    if new == parts[-1]:
        return document
    if document.node(renamed) is not None:
        raise document.refuse(renamed, f"there is a key `{new}` already", "choose another name")
    key = spot.entry.key
    quotes = _quotes(key)
    after = document.spliced([(key.start, key.end, write_scalar(new, quotes, in_flow=spot.in_flow))])
    before_outline, after_outline = outline(document.pieces, parts), outline(after.pieces, renamed)
    if before_outline != after_outline or not same(after.value(renamed), document.value(parts)):
        raise _too_hard(document, parts)
    return after


def with_item(document: Document, parts: Parts, value: Json, index: int | None = None) -> Document:
    """The document with one more item in a list, at its end or before another. Raises NoSuchPlaceError."""
    spot = document.known_spot(parts)
    if spot.piece.kind == "scalar" and document.value(parts) is None:
        return with_value(document, parts, [value])
    if spot.piece.kind != "list":
        raise document.refuse(parts, "only a list takes items", "set the value to a list first")
    at = len(spot.piece.entries) if index is None else index
    if not spot.piece.entries and not spot.in_flow:
        return _checked(document, parts, document.spliced(_put(document, spot, [value])), [value])
    return _inserted(document, spot, str(at), value)


def with_moved(document: Document, parts: Parts, source: int, target: int) -> Document:
    """The document with a list item at another place; the comments right above it go with it."""
    spot = document.known_spot(parts)
    count = len(spot.piece.entries)
    if spot.piece.kind != "list" or not (0 <= source < count and 0 <= target < count):
        raise document.refuse(parts, "there is no such item to move", f"the list has {count} items")
    order = [*range(count)]
    order.insert(target, order.pop(source))
    text = document.text
    slots = []
    for entry in spot.piece.entries:
        if spot.piece.is_flow:
            slots.append((entry.start, entry.end))
        else:
            slots.append((comments_above(text, entry.start), line_end(text, entry.end)))
    after = document.spliced(
        [(*slots[slot], text[slice(*slots[item])]) for slot, item in enumerate(order) if slot != item]
    )
    items = document.value(parts)
    return _checked(document, parts, after, [items[item] for item in order])


def _nearest(document: Document, parts: Parts) -> tuple[int, Spot | None]:
    """The deepest spot on the way to a place, and how many parts lead there."""
    depth, found = 0, document.spot(())
    for known in range(1, len(parts) + 1):
        merges = found is not None and found.piece.merges and entry_of(found.piece, parts[-1]) is None
        if merges and known == len(parts):
            return depth, found  # a key of its own wins over what `<<` takes over
        spot = document.spot(parts[:known])
        if spot is None:
            break
        depth, found = known, spot
    return depth, found


def _steps(document: Document, spot: Spot, value: Json) -> Iterator[Callable[[Document], Document]]:
    """The edits that make a value of the one that stands there: what both hold stays as it is written."""
    old = document.value(spot.parts)
    if same(old, value):
        return
    parts, piece = spot.parts, spot.piece
    if piece.kind == "mapping" and isinstance(value, dict) and old.keys() & value.keys() and not piece.merges:
        yield from (_removing((*parts, key)) for key in old if key not in value)
        yield from (
            _setting((*parts, key), child)
            for key, child in value.items()
            if key not in old or not same(old[key], child)
        )
    elif piece.kind == "list" and isinstance(value, list) and old and value:
        yield from _list_steps(parts, old, value)
    else:
        yield lambda now: _replaced(now, parts, value)


def _list_steps(parts: Parts, old: list[Json], new: list[Json]) -> Iterator[Callable[[Document], Document]]:
    """Items that are the same at the beginning and at the end stay; those between are set, removed or added."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and same(old[head], new[head]):
        head += 1
    tail = 0
    while tail < shorter - head and same(old[-1 - tail], new[-1 - tail]):
        tail += 1
    shared = min(len(old), len(new)) - head - tail
    for index in range(head, head + shared):
        yield _setting((*parts, str(index)), new[index])
    for index in reversed(range(head + shared, len(old) - tail)):
        yield _removing((*parts, str(index)))
    for index in range(head + shared, len(new) - tail):
        yield _adding(parts, new[index], index)


def _setting(parts: Parts, value: Json) -> Callable[[Document], Document]:
    return lambda now: with_value(now, parts, value)


def _removing(parts: Parts) -> Callable[[Document], Document]:
    return lambda now: without_value(now, parts)


def _adding(parts: Parts, value: Json, index: int) -> Callable[[Document], Document]:
    return lambda now: with_item(now, parts, value, index)


def _replaced(document: Document, parts: Parts, value: Json) -> Document:
    spot = document.known_spot(parts)
    try:
        return _checked(document, parts, document.spliced(_put(document, spot, value)), value)
    except DraftError:
        plainly = _put(document, spot, value, literals=False)
        return _checked(document, parts, document.spliced(plainly), value)


def _with_child(document: Document, spot: Spot, part: str, value: Json) -> Document:
    """The document with a key that a mapping lacks, or an item after a list's last."""
    piece, parts = spot.piece, spot.parts
    if piece.kind == "list":
        if part not in ("-", str(len(piece.entries))):
            raise document.nowhere((*parts, part))
        return with_item(document, parts, value)
    if piece.kind == "scalar" and document.value(parts) is not None:
        raise document.refuse(parts, "a text, number or boolean has no keys", "set it to a mapping first")
    if piece.kind == "alias":
        document.spot((*parts, part))
    empty = document.text[piece.start : piece.end] == "{}"
    if not piece.entries and not spot.in_flow and (piece.kind == "scalar" or empty):
        return _replaced(document, parts, {part: value})
    if piece.kind == "scalar":
        return _checked(document, parts, document.spliced(_put(document, spot, {part: value})), {part: value})
    return _inserted(document, spot, part, value)


def _inserted(document: Document, spot: Spot, name: str, value: Json) -> Document:
    layout = layout_of(document.text, spot.piece, document.pieces)
    place = (*spot.parts, name)
    for manner in (layout, replace(layout, literals=False)):
        after = document.spliced(inserted(document, spot, name, value, manner))
        try:
            return _checked(document, place, after, value, added=True)
        except DraftError:
            continue
    raise _too_hard(document, spot.parts)


def _first_key(document: Document, value: Json) -> Document:
    """The first keys of a text without any; its comments stay above."""
    text = document.text
    layout = layout_of(text, None, None)
    gap = layout.newline if text and not text.endswith("\n") else ""
    body = "".join(line + layout.newline for line in layout.lines(value))
    return _checked(document, (), Document(text + gap + body, document.file), value)


def _put(document: Document, spot: Spot, value: Json, *, literals: bool = True) -> list[Splice]:
    piece = spot.piece
    quotes = _quotes(piece)
    if spot.in_flow or (piece.is_flow and piece.entries and isinstance(value, dict | list)):
        gap = " " if piece.start == piece.end else ""
        return [(piece.start, piece.end, gap + flow(value, quotes))]
    near = spot.holder or piece
    layout = replace(layout_of(document.text, near, document.pieces), literals=literals)
    return placed(document, spot, _written(document, spot, value, layout, quotes))


def _written(document: Document, spot: Spot, value: Json, layout: Layout, quotes: Any) -> Written:
    column = column_at(document, spot)
    if not isinstance(value, dict | list) or not value:
        first, *rest = layout.scalar(value, quotes)
        return Written(first, tuple(indented(rest, max(column, 0))))
    lines = layout.lines(value)
    own = has_own_lines(document, spot)
    if spot.entry is None:
        return Written("", tuple(lines)) if own else Written(lines[0], tuple(lines[1:]))
    if spot.entry.key is None:
        if own:
            return Written("", tuple(indented(lines, column_of(document.text, spot.piece.start))))
        inner = column_of(document.text, spot.piece.start) if spot.piece.is_block else column + 2
        return Written(lines[0], tuple(indented(lines[1:], inner)))
    inner = column + (layout.step if isinstance(value, dict) else layout.dash)
    return Written("", tuple(indented(lines, inner)))


def _quotes(piece: Piece) -> Literal["", "'", '"']:
    if piece.kind == "scalar" and piece.style == "'":
        return "'"
    return '"' if piece.kind == "scalar" and piece.style == '"' else ""


_ANY: Json = object()


def _checked(
    before: Document,
    parts: Parts,
    after: Document,
    value: Json = _ANY,
    *,
    gone: bool = False,
    added: bool = False,
) -> Document:
    """The document, if it says what it should. Raises DraftError."""
    kept = outline(before.pieces, None if added else parts or None) if parts else None
    try:
        found = outline(after.pieces, None if gone else parts) if parts else None
        right = kept == found and (value is _ANY or same(after.value(parts), value))
        assert after.root is not None or not parts
    except DraftError as error:
        raise _too_hard(before, parts, error.message) from None
    if not right:
        raise _too_hard(before, parts)
    return after


def _too_hard(document: Document, parts: Parts, why: str = "") -> DraftError:
    problem = f"this edit at `{pointer_of(parts)}` cannot be made without changing more"
    if "alias" in why:
        problem = f"other places use an anchor inside of `{pointer_of(parts)}`"
    return document.refuse(parts, problem, "edit it as text")
