"""Reads files of cases and recordings strictly: whatever is not known is a problem, with its place, all at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from penstock.authoring import (
    Diagnostics,
    Json,
    ManifestError,
    Node,
    SampleLimits,
    describe,
    did_you_mean,
    listed,
    load_file,
    load_text,
)

T = TypeVar("T")

_WORDS: Mapping[type, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


_MOMENT = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|[ \t]+)[0-9:.]+(?:[ \t]*(?:Z|[-+]\d{1,2}(?::?\d{2})?))?")


def as_written(node: Node) -> Json:
    """The value of a node as plain JSON, moments without quotes as they are written: `2024-01-31T00:00:00Z`."""
    value = node.value
    if isinstance(value, dict):
        return {key: as_written(child) for key, child in value.items()}
    if isinstance(value, list):
        return [as_written(child) for child in value]
    if not isinstance(value, str) or not value[:4].isdecimal() or node.line < 1:
        return value
    lines = node.source.text.splitlines()
    found = _MOMENT.match(lines[node.line - 1], node.col - 1) if node.line <= len(lines) else None
    return found.group() if found else value


def read_strictly(path: Path, read: Callable[[Node, Reader], T]) -> T:
    """What a file says. Raises ManifestError with every problem found."""
    return _strictly(load_file(path), read)


def parse_strictly(text: str, file: str, read: Callable[[Node, Reader], T]) -> T:
    """The same for text; `file` is its name in messages."""
    return _strictly(load_text(text, file), read)


def _strictly(root: Node, read: Callable[[Node, Reader], T]) -> T:
    reader = Reader()
    made = read(root, reader)
    if reader.found.errors:
        raise ManifestError(reader.found.errors)
    return made


class Reader:
    """Takes values of nodes and files what is wrong; what it gives for a wrong value only keeps the reading going."""

    def __init__(self) -> None:
        self.found = Diagnostics()

    def fields(
        self, node: Node | None, where: str, known: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> Mapping[str, Node]:
        """The fields of a mapping; of a missing one none."""
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self.wrong(node, where, "a mapping")
            return {}
        for key, child in node.value.items():
            if key not in known:
                hint = did_you_mean(key, known) or f"its fields are {listed(known)}"
                self.found.error("unknown-field", f"{where} has no field `{key}`", child.key_span, hint=hint)
        for name in required:
            if node.get(name) is None or node.value[name].value is None:
                self.found.error("missing-field", f"{where} needs `{name}`", node.span)
        return {key: child for key, child in node.value.items() if key in known and child.value is not None}

    def scalar(self, node: Node | None, where: str, kind: type[T], default: T) -> T:
        """A text, number or boolean."""
        if node is None:
            return default
        value = as_written(node) if isinstance(node.value, str) else node.value
        if type(value) is kind or (kind is float and type(value) is int):
            return kind(value)  # type: ignore[call-arg]  # one of the scalar types
        self.wrong(node, where, _WORDS[kind])
        return default

    def choice(self, node: Node | None, where: str, options: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        text = self.scalar(node, where, str, default)
        if node is not None and text not in options and isinstance(node.value, str):
            hint = did_you_mean(text, options) or f"one of {listed(options)}"
            self.found.error("not-an-option", f"{where} has no option of this name", node.span, hint=hint)
        return text

    def items(self, node: Node | None, where: str) -> list[Node]:
        """The elements of a list; of a missing one none."""
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.wrong(node, where, "a list")
            return []
        return list(node.value)

    def mapping(self, node: Node | None, where: str) -> dict[str, Json]:
        """A mapping of anything."""
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self.wrong(node, where, "a mapping")
            return {}
        made: dict[str, Json] = as_written(node)
        return made

    def texts(self, node: Node | None, where: str) -> dict[str, str]:
        """A mapping of scalars, as text: headers and parameters."""
        made: dict[str, str] = {}
        for name in self.mapping(node, where):
            child = node.value[name] if node is not None else None
            if child is None or isinstance(child.value, dict | list) or child.value is None:
                self.wrong(child or node, f"{where}.{name}", "text or a number")
            else:
                made[name] = (
                    str(child.value).lower() if isinstance(child.value, bool) else str(as_written(child))
                )
        return made

    def moment(self, node: Node | None, where: str) -> dt.datetime | None:
        """A moment; UTC where it names no zone."""
        text = self.scalar(node, where, str, "")
        if node is None or not isinstance(node.value, str):
            return None
        try:
            read = dt.datetime.fromisoformat(text)
        except ValueError:
            self.wrong(node, where, "a moment such as 2024-01-31T12:00:00Z")
            return None
        return read if read.tzinfo else read.replace(tzinfo=dt.UTC)

    def limits(self, node: Node | None, where: str) -> SampleLimits:
        """How much is read."""
        usual = SampleLimits()
        fields = self.fields(node, where, ("slices", "pages", "records"))
        counts = {
            name: self.scalar(fields.get(name), f"{where}.{name}", int, getattr(usual, name))
            for name in ("slices", "pages", "records")
        }
        return SampleLimits(**counts)

    def wrong(self, node: Node | None, where: str, wanted: str) -> None:
        """A value is of another kind than is wanted."""
        assert node is not None
        self.found.error("wrong-type", f"{where} takes {wanted}, not {describe(node.value)}", node.span)
