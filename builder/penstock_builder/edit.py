"""Edits of text by place: all bytes that no edit names stay as they are, comments and line ends included."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""The line breaks of YAML 1.1, by which the places of values are counted."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace `old`, which stands at a place (1-based, in characters), by `new`; empty `old` inserts."""

    line: int
    col: int
    old: str
    new: str


class Lines:
    """The lines of a text. `offset` gives where a place is, counted in characters from the start."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def offset(self, line: int, col: int) -> int:
        """The place as a number of characters."""
        return self._starts[line - 1] + col - 1

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of a number of characters."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """A line, with what ends it; empty past the last."""
        if not 0 < number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end]

    def newline(self, number: int) -> str:
        """What ends a line; a line feed where nothing does."""
        ended = _LINE_END.search(self.line(number))
        return ended.group() if ended else "\n"


def applied(text: str, fixes: Iterable[Iterable[Edit]]) -> tuple[str, int]:
    """The text after the fixes, and how many were made.

    A fix is made whole or not at all: one whose text is not there, or that touches what another changed, is left out.
    """
    lines = Lines(text)
    taken: list[tuple[int, int, str]] = []
    made = 0
    for fix in fixes:
        parts = [_located(edit, lines) for edit in dict.fromkeys(fix)]
        if parts and all(part is not None and _is_free(part, taken) for part in parts):
            taken += [part for part in parts if part is not None]
            made += 1
    for start, end, new in sorted(taken, reverse=True):
        text = text[:start] + new + text[end:]
    return text, made


def _located(edit: Edit, lines: Lines) -> tuple[int, int, str] | None:
    start = lines.offset(edit.line, edit.col) if edit.line <= lines.place(len(lines.text))[0] else -1
    end = start + len(edit.old)
    return (start, end, edit.new) if start >= 0 and lines.text[start:end] == edit.old else None


def _is_free(part: tuple[int, int, str], taken: list[tuple[int, int, str]]) -> bool:
    start, end, _ = part
    return all(end < first or start > last for first, last, _ in taken)
