"""YAML text as a tree of pieces: what stands where, from its first character to its last, aliases left as written.

For tools that edit text in its place. What a piece means is for `load.py` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import yaml

from penstock.diagnostics import Span
from penstock.lean import dataclass
from penstock.manifest.load import MAX_DEPTH, key_text, refusal

_AnyLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE, _STR = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:str"
_PROPERTY = re.compile(r"(?:[&!][^\s\[\]{},]*[ \t]*)+")
_BLANK_END = re.compile("(?:(?:\r\n|[\n\r\x85\u2028\u2029]) *)+\\Z")
_FIRST_DASH = re.compile(r"^[ \t]*(-)(?=\s|\Z)", re.MULTILINE)
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(slots=True, eq=False)
class Piece:
    """A YAML value as text. Places are counted in characters from the start of the text.

    The value, without its anchor and tag, is `text[start:end]`; what stands before it, anchor and tag, begins at
    `outset`. The line end after a block scalar, comments and blank lines after the last value are no part of it.
    `style` is the quote of a text (`'`, `"`), the mark of a block (`|`, `>`), or `{`, `[` for the flow style.
    `entries` are the children with their keys; items of a list have no key. The key of a merge is `<<`.
    """

    kind: Literal["scalar", "list", "mapping", "alias"]
    outset: int
    start: int
    end: int
    style: str = ""
    anchor: str = ""
    text: str = ""
    entries: tuple[Entry, ...] = ()

    @property
    def is_flow(self) -> bool:
        """Whether this is a mapping or list in braces or brackets."""
        return self.style in ("{", "[")

    @property
    def is_block(self) -> bool:
        """Whether this is a mapping or list on lines of its own."""
        return self.kind in ("mapping", "list") and not self.is_flow

    @property
    def merges(self) -> bool:
        """Whether this mapping takes over the keys of others."""
        return any(entry.merges for entry in self.entries)

    def walk(self) -> Iterator[Piece]:
        """This piece and all below it."""
        yield self
        for entry in self.entries:
            yield from entry.value.walk()


@dataclass(slots=True, eq=False)
class Entry:
    """A child of a piece: `name` is its key as text, or its place in the list as a number of digits.

    It begins at `start`: at its key, its dash, or, in brackets, at its value.
    """

    name: str
    key: Piece | None
    value: Piece
    start: int
    merges: bool = False

    @property
    def end(self) -> int:
        """Where the entry ends."""
        return max(self.value.end, self.key.end if self.key else 0)


def read_pieces(text: str, file: str = "manifest.yaml") -> Piece | None:
    """The pieces of a text that holds one YAML value; None where it holds none. Raises ManifestError."""
    try:
        return _Reader(text, file).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file, 1, 1)
        raise refusal("yaml-syntax", error.problem or "not valid YAML", span) from None
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        raise refusal("yaml-syntax", "a character that YAML does not take", Span(file, 1, 1)) from None


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_AnyLoader))
        self._resolver: Any = yaml.resolver.Resolver()

    def document(self) -> Piece | None:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        piece = self._piece(next(self._events), 0)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise refusal("yaml-syntax", "more than one document", self._span(after.start_mark))
        return piece

    def _span(self, mark: Any) -> Span:
        return Span(self._file, mark.line + 1, mark.column + 1)

    def _piece(self, event: Any, depth: int) -> Piece:
        start = event.start_mark.index
        if depth > MAX_DEPTH:
            raise refusal("too-deep", f"nested deeper than {MAX_DEPTH} levels", self._span(event.start_mark))
        if _is(event, yaml.AliasEvent):
            return Piece("alias", start, start, event.end_mark.index, text=event.anchor)
        anchor = event.anchor or ""
        if _is(event, yaml.ScalarEvent):
            return self._scalar(event, start, anchor)
        if _is(event, yaml.SequenceStartEvent):
            return self._list(event, start, anchor, depth)
        return self._mapping(event, start, anchor, depth)

    def _scalar(self, event: Any, start: int, anchor: str) -> Piece:
        end = event.end_mark.index
        inside = start
        if anchor or event.tag:
            properties = _PROPERTY.match(self._text, start, end)
            inside = properties.end() if properties else start
        style = event.style or ""
        if style in ("|", ">"):
            end = self._block_end(inside, end)
        return Piece("scalar", start, inside, end, style, anchor, event.value)

    def _block_end(self, start: int, end: int) -> int:
        """Without the last line end, nor, unless they are kept (`|+`), the blank lines after the last line."""
        text = self._text[start:end]
        header = _LINE_END.split(text, maxsplit=1)[0].partition("#")[0]
        if "+" in header:
            for line_end in ("\r\n", "\n", "\r", "\x85", "\u2028", "\u2029"):
                if text.endswith(line_end):
                    return end - len(line_end)
            return end
        return start + len(_BLANK_END.sub("", text))

    def _list(self, event: Any, start: int, anchor: str, depth: int) -> Piece:
        dash = start
        if not event.flow_style and (anchor or event.tag):
            found = _FIRST_DASH.search(self._text, start)
            dash = found.start(1) if found else start
        entries: list[Entry] = []
        child = next(self._events)
        while not isinstance(child, yaml.SequenceEndEvent):
            value = self._piece(child, depth + 1)
            begins = value.outset if event.flow_style else self._dash(dash, value.outset) if entries else dash
            entries.append(Entry(str(len(entries)), None, value, begins))
            child = next(self._events)
        return self._collection("list", "[", event, child, (start, anchor, tuple(entries)))

    def _dash(self, first: int, start: int) -> int:
        """The dash of an item, which stands in the column of the first item's."""
        column = first - self._line_start(first)
        line = self._line_start(start)
        while line > first:
            at = line + column
            if self._text[at : at + 1] == "-" and not self._text[line:at].strip():
                return at
            line = self._line_start(line - 1)
        return start

    def _line_start(self, place: int) -> int:
        return self._text.rfind("\n", 0, place) + 1

    def _mapping(self, event: Any, start: int, anchor: str, depth: int) -> Piece:
        entries = []
        child = next(self._events)
        while not isinstance(child, yaml.MappingEndEvent):
            key = self._piece(child, depth + 1)
            name, merges = self._name(child)
            entries.append(Entry(name, key, self._piece(next(self._events), depth + 1), key.outset, merges))
            child = next(self._events)
        return self._collection("mapping", "{", event, child, (start, anchor, tuple(entries)))

    def _collection(
        self,
        kind: Literal["list", "mapping"],
        bracket: str,
        event: Any,
        closing: Any,
        found: tuple[int, str, tuple[Entry, ...]],
    ) -> Piece:
        start, anchor, entries = found
        if event.flow_style:
            inside = self._text.index(bracket, start) if anchor or event.tag else start
            return Piece(kind, start, inside, closing.end_mark.index, bracket, anchor, entries=entries)
        inside = entries[0].start if entries else start
        end = entries[-1].end if entries else event.end_mark.index
        return Piece(kind, start, inside, end, "", anchor, entries=entries)

    def _name(self, event: Any) -> tuple[str, bool]:
        if not _is(event, yaml.ScalarEvent):
            raise refusal("key", "a key must be text", self._span(event.start_mark))
        if not event.tag and not event.implicit[0]:
            return event.value, False
        tag = event.tag or self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag == _MERGE:
            return "<<", True
        if tag == _STR:
            return event.value, False
        return key_text(yaml.ScalarNode(tag, event.value, event.start_mark), self._file), False


def _is(event: Any, kind: type) -> bool:
    return isinstance(event, kind)
