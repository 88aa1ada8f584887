"""One value of a manifest, with the place where it was written."""

from __future__ import annotations

from typing import Any

from penstock.diagnostics import Span
from penstock.lean import dataclass

Json = Any


@dataclass(frozen=True, slots=True)
class Source:
    """A manifest file: its name as messages show it, and its text."""

    file: str
    text: str


@dataclass(slots=True, eq=False)
class Node:
    """A YAML value. Treat it as immutable: anchors and references share nodes, so the tree is a graph.

    `value` is a scalar, a list of nodes, or a mapping of keys to nodes. `line` and `col` are 1-based and point at
    the value; `key_line` and `key_col` at its key in the mapping that holds it (0 where it has none). `via` holds
    the `$ref` sites that led to this node, innermost first. `given` is the set of keys of a mapping that
    `$parameters` put there.
    """

    value: Any
    source: Source
    line: int
    col: int
    key_line: int = 0
    key_col: int = 0
    via: tuple[Span, ...] = ()
    given: frozenset[str] = frozenset()

    @property
    def span(self) -> Span:
        """Where the value was written."""
        return Span(self.source.file, self.line, self.col)

    @property
    def key_span(self) -> Span:
        """Where the key of this value was written, or the value itself for a list item."""
        return Span(self.source.file, self.key_line, self.key_col) if self.key_line else self.span

    def get(self, key: str) -> Node | None:
        """The node under `key`, if this is a mapping that has it."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def with_value(self, value: Any, given: frozenset[str] = frozenset()) -> Node:
        """The same place with another value."""
        return Node(value, self.source, self.line, self.col, self.key_line, self.key_col, self.via, given)

    def at_key_of(self, other: Node) -> Node:
        """This value as the value of another node's key."""
        return Node(
            self.value, self.source, self.line, self.col, other.key_line, other.key_col, self.via, self.given
        )

    def reached_from(self, site: Node) -> Node:
        """This value, reached through the `$ref` written at `site`."""
        return Node(
            self.value,
            self.source,
            self.line,
            self.col,
            site.key_line,
            site.key_col,
            (*self.via, site.span),
            self.given,
        )


def plain(node: Node) -> Json:
    """The value of a node and all below it as plain JSON, without places."""
    value = node.value
    if type(value) is dict:
        return {key: plain(child) for key, child in value.items()}
    if type(value) is list:
        return [plain(child) for child in value]
    return value


def fresh(value: Json, like: Node) -> Node:
    """A tree of nodes over plain JSON, every one at the place of `like`."""
    if isinstance(value, dict):
        return like.with_value({key: fresh(child, like) for key, child in value.items()})
    if isinstance(value, list):
        return like.with_value([fresh(child, like) for child in value])
    return like.with_value(value)
