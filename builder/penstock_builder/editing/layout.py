"""New YAML in the manner of the text that it goes into: indentation, dashes, line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from penstock.authoring import Piece, write_scalar

Json = Any

_NOT_LITERAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_STEP, _DASH = 2, 2


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text is laid out: columns that a level and a dash below a key go in, and what ends its lines."""

    step: int = _STEP
    dash: int = _DASH
    newline: str = "\n"
    literals: bool = True

    def lines(self, value: Json) -> list[str]:
        """A value as block lines that begin in column 0."""
        if isinstance(value, dict) and value:
            return [line for key, child in value.items() for line in self.entry(key, child)]
        if isinstance(value, list) and value:
            return [line for child in value for line in self.item(child)]
        return self.scalar(value)

    def entry(self, key: str, value: Json) -> list[str]:
        """A key and its value as block lines."""
        written = write_scalar(key)
        if isinstance(value, dict | list) and value:
            inner = self.step if isinstance(value, dict) else self.dash
            return [f"{written}:", *indented(self.lines(value), inner)]
        first, *rest = self.scalar(value)
        return [f"{written}: {first}", *rest]

    def item(self, value: Json) -> list[str]:
        """A list item as block lines."""
        first, *rest = self.lines(value)
        rest = rest if not isinstance(value, dict | list) or not value else indented(rest, 2)
        return [f"- {first}", *rest]

    def scalar(self, value: Json, quotes: Any = "") -> list[str]:
        """A scalar or an empty collection; a text of several lines as a block, which is one step in."""
        if isinstance(value, dict | list):
            return ["{}" if isinstance(value, dict) else "[]"]
        if self.literals and isinstance(value, str) and is_literal(value):
            body = value.removesuffix("\n").split("\n")
            return ["|" if value.endswith("\n") else "|-", *indented(body, self.step)]
        return [write_scalar(value, quotes)]


def flow(value: Json, quotes: Any = "") -> str:
    """A value in braces and brackets, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{write_scalar(k, in_flow=True)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(child) for child in value) + "]"
    return write_scalar(value, quotes, in_flow=True)


def is_literal(text: str) -> bool:
    """Whether a text of several lines can be written, and read, as a block."""
    return (
        "\n" in text.removesuffix("\n")
        and not text[0].isspace()
        and not text.endswith("\n\n")
        and not any(line != line.rstrip() for line in text.split("\n"))
        and _NOT_LITERAL.search(text) is None
    )


def indented(lines: list[str], columns: int) -> list[str]:
    """Lines moved to the right; empty ones stay empty."""
    return [" " * columns + line if line else line for line in lines]


def layout_of(text: str, near: Piece | None, root: Piece | None) -> Layout:
    """The manner of the nearest neighbours that show one: those below `near`, else those of the whole text."""
    steps: list[int] = []
    dashes: list[int] = []
    for piece in _shown(near, root):
        column = column_of(text, piece.start)
        for entry in piece.entries if piece.kind == "mapping" else ():
            value = entry.value
            if not value.is_block or not value.entries:
                continue
            inner = column_of(text, value.start) - column
            if value.kind == "mapping" and inner > 0:
                steps.append(inner)
            elif value.kind == "list" and inner >= 0:
                dashes.append(inner)
        if steps and dashes:
            break
    newline = "\r\n" if "\r\n" in text else "\n"
    return Layout(steps[0] if steps else _STEP, dashes[0] if dashes else _DASH, newline)


def _shown(near: Piece | None, root: Piece | None) -> Iterator[Piece]:
    for piece in (near, root):
        if piece is not None:
            yield from (found for found in piece.walk() if found.is_block)


def column_of(text: str, place: int) -> int:
    """How many characters stand before a place in its line."""
    return place - (text.rfind("\n", 0, place) + 1)
