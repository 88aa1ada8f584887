"""Hands `$parameters` down: each typed mapping below receives every parameter as a field that it lacks.

The rules are the reference runtime's. A parameter also replaces a field that is there but falsy; `found` says so.
A mapping whose `type` is `object`, or a list, is a JSON Schema and is left alone. Nodes are shared where nothing
changes, so a manifest without parameters costs one walk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from penstock.diagnostics import Diagnostics
from penstock.errors import ManifestError
from penstock.manifest.load import MAX_NODES
from penstock.manifest.node import Node
from penstock.masking.shape import describe

PARAMETERS = "$parameters"
_TYPE = "type"
_NONE: Mapping[str, Node] = {}


class Grammar(Protocol):
    """What the passes must know of the components; the registry answers."""

    def implied_type(self, parent: str, field: str, *, custom: bool) -> str:
        """The type of a mapping that names none, by the place it stands at; empty when there is no such rule."""
        ...

    def has_field(self, component: str, field: str) -> bool:
        """Tell whether a component declares this field."""
        ...


def hand_down_parameters(
    root: Node,
    grammar: Grammar,
    found: Diagnostics,
    place: tuple[str, str] = ("", ""),
    *,
    parents_win: bool = False,
) -> Node:
    """Give the tree with parameters inserted and, where they pass, types filled in.

    `place` is the component and its field that hold the root, where it is not a whole manifest. Of parameters of one
    name that of the inner component counts, or with `parents_win` that of the outer.
    """
    return _Pass(grammar, found, parents_win=parents_win).component(root, *place, _NONE)


class _Pass:
    def __init__(self, grammar: Grammar, found: Diagnostics, *, parents_win: bool) -> None:
        self._grammar = grammar
        self._found = found
        self._parents_win = parents_win
        self._mentions: dict[int, bool] = {}
        self._done: dict[tuple[object, ...], Node] = {}
        self._alive: list[object] = []  # ids in the keys above stay taken
        self._made = 0

    def component(self, node: Node, parent: str, field: str, inherited: Mapping[str, Node]) -> Node:
        """Process one mapping that stands in `field` of a component of type `parent`."""
        if not inherited and not self._mentions_parameters(node):
            return node
        self._count(len(inherited), node)
        key = (id(node.value), parent, field, tuple(sorted((k, id(v.value)) for k, v in inherited.items())))
        if key not in self._done:
            self._alive += [node.value, *(v.value for v in inherited.values())]
            self._done[key] = self._process(node, parent, field, inherited)
        done = self._done[key]
        return done if done.key_line == node.key_line and done.via == node.via else _moved(done, node)

    def _process(self, node: Node, parent: str, field: str, inherited: Mapping[str, Node]) -> Node:
        entries: dict[str, Node] = dict(node.value)
        own = self._own(entries.pop(PARAMETERS, None))
        current = self._merged(inherited, own) if own else inherited
        type_name = self._type_of(entries, parent, field)
        if _is_schema(type_name):
            return node.with_value(entries)
        if type_name is None:
            changed = {k: self._typed_child(v, parent, field, current) for k, v in entries.items()}
            return node.with_value(changed)
        self._count(len(entries) + len(current), node)
        if _TYPE not in entries:
            entries[_TYPE] = node.with_value(type_name)
        given = set()
        for name, value in current.items():
            mine = entries.get(name)
            if mine is not None and mine.value:
                continue
            if mine is not None and mine.value is not None and self._grammar.has_field(str(type_name), name):
                self._warn_of_falsy(name, mine)
            entries[name] = value
            given.add(name)
        for name, value in entries.items():
            if isinstance(value.value, dict | list):
                entries[name] = self._field(value, str(type_name), name, self._without(name, current, value))
        if current:
            entries[PARAMETERS] = node.with_value(dict(current))
        return node.with_value(entries, frozenset(given))

    def _merged(self, inherited: Mapping[str, Node], own: Mapping[str, Node]) -> Mapping[str, Node]:
        return {**own, **inherited} if self._parents_win else {**inherited, **own}

    def _own(self, written: Node | None) -> Mapping[str, Node]:
        """The parameters that a component gives itself."""
        if written is None or written.value is None:
            return _NONE
        if isinstance(written.value, dict):
            return written.value
        message = f"`$parameters` takes a mapping, not {describe(written.value)}"
        self._found.error("wrong-type", message, written.span)
        return _NONE

    def _without(self, name: str, current: Mapping[str, Node], at: Node) -> Mapping[str, Node]:
        """What a field inherits: a parameter of its own name would be handed down without end."""
        if name not in current:
            return current
        self._count(len(current), at)
        return {k: v for k, v in current.items() if k != name}

    def _field(self, value: Node, type_name: str, name: str, inherited: Mapping[str, Node]) -> Node:
        if isinstance(value.value, dict):
            return self.component(value, type_name, name, inherited)
        if isinstance(value.value, list):
            items = [
                self.component(item, type_name, name, inherited) if isinstance(item.value, dict) else item
                for item in value.value
            ]
            if any(a is not b for a, b in zip(items, value.value, strict=True)):
                return value.with_value(items)
        return value

    def _typed_child(self, value: Node, parent: str, field: str, inherited: Mapping[str, Node]) -> Node:
        if isinstance(value.value, dict) and _TYPE in value.value:
            return self.component(value, parent, field, inherited)
        return value

    def _type_of(self, entries: Mapping[str, Node], parent: str, field: str) -> object:
        if _TYPE in entries:
            written = entries[_TYPE].value
            return written if isinstance(written, str) else list
        return self._grammar.implied_type(parent, field, custom="class_name" in entries) or None

    def _mentions_parameters(self, node: Node) -> bool:
        value = node.value
        if type(value) is not dict and type(value) is not list:
            return False
        known = self._mentions.get(id(value))
        if known is None:
            self._mentions[id(value)] = False
            self._alive.append(value)
            children = value.values() if type(value) is dict else value
            known = PARAMETERS in value or any(map(self._mentions_parameters, children))
            self._mentions[id(value)] = known
        return known

    def _warn_of_falsy(self, name: str, mine: Node) -> None:
        self._found.warning(
            "parameter-overrides-falsy",
            f"`$parameters` replace this `{name}`, because an empty, zero or false value does not count as given",
            mine.key_span,
            hint=f"rename the parameter, or take `{name}` out",
        )

    def _count(self, made: int, at: Node) -> None:
        self._made += made
        if self._made > MAX_NODES:
            self._found.error("too-large", f"`$parameters` expand to more than {MAX_NODES:,} values", at.span)
            raise ManifestError(self._found.all)


def _is_schema(type_name: object) -> bool:
    return type_name == "object" or type_name is list


def _moved(done: Node, to: Node) -> Node:
    return Node(done.value, to.source, to.line, to.col, to.key_line, to.key_col, to.via, done.given)
