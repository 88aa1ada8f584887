"""A manifest as the tree of its components, each with the place where it was written: for tools, not for runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from penstock.diagnostics import Span
from penstock.manifest.node import Node, plain
from penstock.registry.component import ComponentSpec, find_component
from penstock.registry.decode import field_values
from penstock.registry.kinds import Kind
from penstock.registry.values import Child, Free, ListOf, MapOf, OneOf, Value

Json = Any


class Placed:
    """A component, its node after `$ref` and `$parameters`, and the component and field that hold it.

    What the decoder would refuse is left out, so a tree can be had of a manifest with errors. A node that references
    share is in the tree once for each place that it is used at.
    """

    def __init__(self, spec: ComponentSpec, node: Node, above: Placed | None = None, field: str = "") -> None:
        self.spec = spec
        self.node = node
        self.above = above
        self.field = field

    @property
    def type_name(self) -> str:
        """The manifest `type`, also where it is implied."""
        return self.spec.type_name

    @property
    def span(self) -> Span:
        """Where the component is written."""
        return self.node.span

    @cached_property
    def parts(self) -> tuple[Placed, ...]:
        """The components in its fields, in the order of the manifest."""
        forms = field_values(self.spec)
        found: list[Placed] = []
        for name, child in self.node.value.items():
            if child.value is None:
                continue
            if name in forms:
                placed = [_placed(*held, self, name) for held in _held(forms[name], child)]
            else:
                placed = [*_unasked(child, self, name)] if self.spec.takes_more else []
            found += [part for part in placed if part is not None]
        return tuple(found)

    def get(self, name: str) -> Node | None:
        """The node of a field; None where it is not given, or null."""
        child: Node | None = self.node.value.get(name)
        return None if child is None or child.value is None else child

    def value(self, name: str) -> Json:
        """The plain value of a field, or its default."""
        child = self.get(name)
        if child is not None:
            return plain(child)
        declared = self.spec.field(name)
        return declared.default if declared else None

    def part(self, name: str) -> Placed | None:
        """The first component in a field."""
        return next(iter(self.parts_in(name)), None)

    def parts_in(self, name: str) -> list[Placed]:
        """The components in a field."""
        return [part for part in self.parts if part.field == name]

    def walk(self, *, other_streams: bool = True) -> Iterator[Placed]:
        """This component and all below it; with `other_streams` false, no stream that is held by it."""
        yield self
        for part in self.parts:
            if other_streams or part.spec.kind.name != "stream":
                yield from part.walk(other_streams=other_streams)

    def find(self, *type_names: str) -> Iterator[Placed]:
        """The components of some types, here and below."""
        return (part for part in self.walk() if part.type_name in type_names)

    def holder(self, *type_names: str) -> Placed | None:
        """The nearest component of some types that holds this one."""
        here = self.above
        while here is not None and here.type_name not in type_names:
            here = here.above
        return here

    @cached_property
    def texts(self) -> tuple[tuple[str, Node], ...]:
        """Each text that stands in a field of its own, with the field's name.

        Parts have theirs; plain JSON, such as a schema, is left out.
        """
        inside = {id(part.node.value) for part in self.parts}
        forms = field_values(self.spec)
        left_out = {"type", "$parameters", *(f.name for f in self.spec.fields if "Unread" in f.annotation)}
        return tuple(
            (name, text)
            for name, child in self.node.value.items()
            if name not in left_out and not _is_plain(forms.get(name))
            for text in _texts(child, inside)
        )


def component_tree(root: Node) -> Placed | None:
    """The tree of a manifest; None where it is no mapping."""
    spec = find_component("DeclarativeSource")
    assert spec is not None
    return Placed(spec, root) if isinstance(root.value, dict) else None


def _held(form: Value, node: Node) -> Iterator[tuple[Node, Kind[Any], str]]:
    """The components that a field holds, by the field's form."""
    if isinstance(form, OneOf):
        fitting = next((option for option in form.options if option.accepts(node)), None)
        if fitting is not None:
            yield from _held(fitting, node)
    elif isinstance(form, ListOf) and isinstance(node.value, list):
        for child in node.value:
            yield from _held(form.item, child)
    elif isinstance(form, MapOf) and isinstance(node.value, dict):
        for child in node.value.values():
            yield from _held(form.item, child)
    elif isinstance(form, Child) and isinstance(node.value, dict):
        yield node, form.kind, form.implied


def _placed(node: Node, kind: Kind[Any], implied: str, above: Placed, field: str) -> Placed | None:
    written = node.get("type")
    if written is None and node.get("class_name") is not None:
        implied = kind.custom
    name = written.value if written is not None else implied
    spec = find_component(name) if isinstance(name, str) else None
    return Placed(spec, node, above, field) if spec is not None and spec.kind == kind else None


def _unasked(node: Node, above: Placed, field: str) -> Iterator[Placed]:
    """Components in a field that a custom component did not declare: what names its type."""
    written = node.get("type")
    spec = find_component(written.value) if written and isinstance(written.value, str) else None
    if spec is not None:
        yield Placed(spec, node, above, field)
    elif isinstance(node.value, list | dict):
        for child in node.value if isinstance(node.value, list) else node.value.values():
            yield from _unasked(child, above, field)


def _is_plain(form: Value | None) -> bool:
    return isinstance(form, Free) or (isinstance(form, MapOf) and isinstance(form.item, Free))


def _texts(node: Node, inside: set[int]) -> Iterator[Node]:
    if isinstance(node.value, str):
        yield node
    elif isinstance(node.value, list | dict) and id(node.value) not in inside:
        for child in node.value if isinstance(node.value, list) else node.value.values():
            yield from _texts(child, inside)
