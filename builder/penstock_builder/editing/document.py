"""A YAML text, its pieces and its values, and the place of each pointer in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from penstock.authoring import (
    Diagnostic,
    Diagnostics,
    Entry,
    ManifestError,
    Node,
    Piece,
    Span,
    load_text,
    plain,
    read_pieces,
)
from penstock_builder.edit import Lines
from penstock_builder.editing.places import (
    DraftError,
    NoSuchPlaceError,
    Parts,
    SharedPlaceError,
    pointer_of,
)

Json = Any
Splice = tuple[int, int, str]
"""Replace the characters from the first place to the second by a text."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value is written: its piece, the entry and the collection that hold it (None at the root)."""

    parts: Parts
    piece: Piece
    entry: Entry | None
    holder: Piece | None
    in_flow: bool


class Document:
    """A YAML text that is never changed: edits give another."""

    def __init__(self, text: str, file: str = "manifest.yaml") -> None:
        self.text = text
        self.file = file

    @cached_property
    def lines(self) -> Lines:
        """The lines of the text."""
        return Lines(self.text)

    @cached_property
    def pieces(self) -> Piece | None:
        """The text as pieces; None where it holds no value. Raises DraftError where it is no YAML."""
        try:
            return read_pieces(self.text, self.file)
        except ManifestError as error:
            raise _unreadable(error) from None

    @cached_property
    def root(self) -> Node | None:
        """The values of the text; None where it holds none. Raises DraftError where it is no YAML."""
        if self.pieces is None:
            return None
        try:
            return self.load(Diagnostics())
        except ManifestError as error:
            raise _unreadable(error) from None

    def load(self, found: Diagnostics) -> Node:
        """The values of the text, read once; warnings go into `found`. Raises ManifestError."""
        loaded, warnings = self._loaded
        for warning in warnings:
            found.add(warning)
        if isinstance(loaded, ManifestError):
            raise loaded
        return loaded

    @cached_property
    def _loaded(self) -> tuple[Node | ManifestError, tuple[Diagnostic, ...]]:
        found = Diagnostics()
        loaded: Node | ManifestError
        try:
            loaded = load_text(self.text, self.file, found)
        except ManifestError as error:
            loaded = error.with_traceback(None)
        return loaded, found.all

    def node(self, parts: Parts) -> Node | None:
        """The value at a place, aliases and merges followed; None where there is none."""
        node = self.root
        for part in parts:
            if node is None:
                return None
            if isinstance(node.value, list):
                node = node.value[int(part)] if _is_index(part, len(node.value)) else None
            else:
                node = node.get(part)
        return node

    def value(self, parts: Parts) -> Json:
        """The plain value at a place. Raises NoSuchPlaceError."""
        node = self.node(parts)
        if node is None:
            if not parts and self.root is None:
                return None
            raise self.nowhere(parts)
        return plain(node)

    def written(self, parts: Parts) -> Json:
        """The plain value at a place; None where there is none."""
        node = self.node(parts)
        return None if node is None else plain(node)

    def span(self, parts: Parts) -> Span:
        """Where the value of a place is written. Raises NoSuchPlaceError."""
        node = self.node(parts)
        if node is None:
            raise self.nowhere(parts)
        return node.span

    def place(self, offset: int) -> Span:
        """The line and column of a number of characters."""
        return Span(self.file, *self.lines.place(offset))

    def spot(self, parts: Parts) -> Spot | None:
        """Where a value stands in the text itself; None where nothing does.

        Raises SharedPlaceError below an alias, and for what a mapping takes over by `<<`.
        """
        piece, holder, entry = self.pieces, None, None
        in_flow = False
        if piece is None:
            return None
        for depth, part in enumerate(parts):
            if piece.kind == "alias":
                raise self._shared(parts[:depth], piece)
            in_flow = in_flow or piece.is_flow
            entry = entry_of(piece, part)
            if entry is None:
                if piece.merges and self.node(parts[: depth + 1]) is not None:
                    raise self._shared(parts[:depth], piece)
                return None
            piece, holder = entry.value, piece
        return Spot(parts, piece, entry, holder, in_flow)

    def known_spot(self, parts: Parts) -> Spot:
        """Where a value stands in the text itself. Raises NoSuchPlaceError, SharedPlaceError."""
        spot = self.spot(parts)
        if spot is None:
            raise self.nowhere(parts)
        return spot

    def spliced(self, splices: list[Splice]) -> Document:
        """The document after some replacements; they do not overlap, and of two at one place the first stands first."""
        text = self.text
        in_order = sorted(splices, key=lambda splice: splice[:2])
        for start, end, new in reversed(in_order):
            text = text[:start] + new + text[end:]
        return Document(text, self.file)

    def anchored(self, name: str) -> Parts | None:
        """The place whose anchor has this name."""

        def search(piece: Piece, parts: Parts) -> Parts | None:
            if piece.anchor == name:
                return parts
            for entry in piece.entries:
                found = search(entry.value, (*parts, entry.name))
                if found is not None:
                    return found
            return None

        return None if self.pieces is None else search(self.pieces, ())

    def nowhere(self, parts: Parts) -> NoSuchPlaceError:
        """The error of a place that is not there."""
        known = parts
        while known and self.node(known) is None:
            known = known[:-1]
        return NoSuchPlaceError(
            f"{self.file}: there is nothing at `{pointer_of(parts)}`",
            hint=f"`{pointer_of(known)}` is the last part that exists" if known else "",
        )

    def refuse(self, parts: Parts, problem: str, hint: str) -> DraftError:
        """The error of an edit that cannot be made."""
        node = self.node(parts)
        return DraftError(f"{node.span if node else self.file}: {problem}", hint=hint)

    def _shared(self, parts: Parts, piece: Piece) -> SharedPlaceError:
        if piece.kind != "alias":
            what, hint = "is taken over by `<<` from an anchor that others may use", "edit the anchor itself"
        else:
            what, hint = f"is the alias `*{piece.text}`, which others may use", "edit the anchor itself"
            anchor = self.anchored(piece.text)
            if anchor is not None:
                hint = f"edit its anchor at `{pointer_of(anchor)}`, or give `{pointer_of(parts)}` a value of its own"
        return SharedPlaceError(f"{self.place(piece.start)}: what stands here {what}", hint=hint)


def _unreadable(error: ManifestError) -> DraftError:
    told = error.diagnostics[0]
    return DraftError(
        f"{told.span}: the text is no YAML that can be edited by place: {told.message}",
        hint="put the text right first, or undo",
    )


def entry_of(piece: Piece, part: str) -> Entry | None:
    """The entry of a key, the last where it is given twice, or of an index."""
    if piece.kind == "list":
        return piece.entries[int(part)] if _is_index(part, len(piece.entries)) else None
    return next((e for e in reversed(piece.entries) if e.name == part and not e.merges), None)


def outline(piece: Piece | None, without: Parts | None = None) -> Any:
    """All that a piece says, whatever its layout; the entry at `without` is left out."""
    if piece is None:
        return None
    if piece.kind in ("scalar", "alias"):
        return piece.kind, piece.anchor, piece.style, piece.text
    gone = entry_of(piece, without[0]) if without else None
    rest = without[1:] if without else ()
    if gone is not None and not rest:
        kept = [e for e in piece.entries if e is not gone]
        return piece.kind, piece.anchor, [(e.key and e.name, outline(e.value)) for e in kept]
    return (
        piece.kind,
        piece.anchor,
        [(e.key and e.name, outline(e.value, rest if e is gone else None)) for e in piece.entries],
    )


def same(a: Json, b: Json) -> bool:
    """Whether two JSON values are the same, `1` and `true` and `1.0` told apart; the order of keys does not count."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and (a == b or (a != a and b != b))  # noqa: PLR0124  # nan is not itself


def _is_index(part: str, length: int) -> bool:
    return part.isascii() and part.isdecimal() and (part == "0" or part[0] != "0") and int(part) < length
