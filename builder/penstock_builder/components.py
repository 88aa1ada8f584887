"""Which component stands at a place of a draft, by the registry: written, implied by its slot, or known by its use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from penstock.authoring import ComponentSpec, FieldSpec, Node, Placed, field_schemas, find_component
from penstock_builder.draft import Draft
from penstock_builder.editing.document import Document
from penstock_builder.editing.links import target_of, written_link
from penstock_builder.editing.places import Parts, parts_of, pointer_of

Json = Any

_SOURCE = "DeclarativeSource"


@dataclass(frozen=True, slots=True)
class Site:
    """A place on the way from the root: where its value is written, and what may stand there.

    `schema` is that of the field, or of a part of it, and `field` declares it; both are None for what no component
    declares. `link` is where the reference leads that is written here.
    """

    parts: Parts
    node: Node
    schema: Json = None
    field: FieldSpec | None = None
    spec: ComponentSpec | None = None
    link: Parts | None = None

    def below(self, name: str, child: Node) -> tuple[Json, FieldSpec | None]:
        """The schema and field of what stands below."""
        if self.spec is not None:
            return field_schemas(self.spec).get(name), self.spec.field(name)
        fitting = fitting_schema(self.schema, self.node.value) or {}
        inner = (
            fitting.get("items") if isinstance(self.node.value, list) else fitting.get("additionalProperties")
        )
        return inner, self.field if inner else None


def site_at(draft: Draft, pointer: str) -> Site:
    """What stands at a place; references on the way are followed. Raises NoSuchPlaceError."""
    document, parts = draft.document, parts_of(pointer)
    if document.root is None:
        raise document.nowhere(parts)
    uses = draft.once("uses", _uses)
    site = _site(document, uses, (), document.root, None, None, root=True)
    for part in parts:
        site = _followed(document, uses, site, part)
        child = _child(site.node, part)
        if child is None:
            raise document.nowhere(parts)
        schema, field = site.below(part, child)
        site = _site(document, uses, (*site.parts, part), child, schema, field)
    return site


def component_pointers(draft: Draft) -> list[str]:
    """Every place where a component, or a reference to one, is written, in the order of the text."""
    document = draft.document
    if document.root is None:
        return []
    uses = draft.once("uses", _uses)
    top = _site(document, uses, (), document.root, None, None, root=True)
    return [pointer_of(site.parts) for site in _walk(document, uses, top) if site.spec is not None]


def resolved(draft: Draft, pointer: str) -> Node | None:
    """The value at a place after `$ref` and `$parameters`; None where those cannot be followed."""
    node = draft.reading.tree.node if draft.reading.tree is not None else None
    for part in parts_of(pointer):
        node = _child(node, part) if node is not None else None
    return node


def fitting_schema(schema: Json, value: Json) -> Json:
    """Of several forms that a field may have the one that a value has, else the first."""
    if not isinstance(schema, dict) or "anyOf" not in schema:
        return schema
    options = schema["anyOf"]
    return next((option for option in options if _fits(option, value)), options[0])


def _fits(schema: Json, value: Json) -> bool:
    if "$ref" in schema:
        return isinstance(value, dict)
    if "enum" in schema:
        return value in schema["enum"]
    named = schema.get("type")
    kinds = named if isinstance(named, list) else [named]
    return any(
        isinstance(value, _PYTHON[kind]) and type(value) in _EXACT.get(kind, (type(value),)) for kind in kinds
    )


_PYTHON: Mapping[Any, Any] = {
    "object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool,
    "null": type(None), None: object,
}  # fmt: skip
_EXACT: Mapping[Any, Any] = {"integer": (int,), "number": (int, float)}


def _site(
    document: Document,
    uses: dict[tuple[int, int], ComponentSpec],
    parts: Parts,
    node: Node,
    schema: Json,
    field: FieldSpec | None,
    *,
    root: bool = False,
) -> Site:
    reference = written_link(node) if parts else ""
    link = target_of(document, reference) if reference else None
    spec = find_component(_SOURCE) if root else _spec(document, uses, node, (schema, field))
    return Site(parts, node, schema, field, spec, link)


def _spec(
    document: Document,
    uses: dict[tuple[int, int], ComponentSpec],
    node: Node,
    place: tuple[Json, FieldSpec | None],
) -> ComponentSpec | None:
    """The component that stands here: the type that is written, there or where a reference leads, else the implied."""
    schema, field = place
    at = node
    for _ in range(10):
        written = at.get("type")
        if written is not None:
            return find_component(written.value) if isinstance(written.value, str) else None
        reference = written_link(at)
        if not reference:
            break
        if not isinstance(at.value, dict) and not _takes_component(schema):
            return None
        target = target_of(document, reference)
        if target is None:
            break
        at = document.node(target) or at
    if not isinstance(at.value, dict):
        return None
    if field is not None and field.slot is not None and _takes_component(fitting_schema(schema, at.value)):
        implied = field.slot.custom if "class_name" in at.value else field.implied
        return find_component(implied) if implied else None
    return uses.get((at.line, at.col))


def _takes_component(schema: Json) -> bool:
    options = schema.get("anyOf", [schema]) if isinstance(schema, dict) else []
    return any("$ref" in option for option in options)


def _followed(document: Document, uses: dict[tuple[int, int], ComponentSpec], site: Site, part: str) -> Site:
    """The site itself, or where its references lead if the part is not written beside them."""
    for _ in range(10):
        if site.link is None or _child(site.node, part) is not None:
            return site
        node = document.node(site.link)
        if node is None:
            return site
        site = _site(document, uses, site.link, node, site.schema, site.field)
    return site


def _child(node: Node, part: str) -> Node | None:
    if isinstance(node.value, list):
        return node.value[int(part)] if part.isdecimal() and int(part) < len(node.value) else None
    return node.get(part)


def _walk(document: Document, uses: dict[tuple[int, int], ComponentSpec], site: Site) -> Iterator[Site]:
    yield site
    value = site.node.value
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        name = str(key)
        if name == "$parameters" or not isinstance(child.value, dict | list | str):
            continue
        if isinstance(child.value, str) and not child.value.startswith("#/"):
            continue
        schema, field = site.below(name, child)
        yield from _walk(document, uses, _site(document, uses, (*site.parts, name), child, schema, field))


def _uses(draft: Draft) -> dict[tuple[int, int], ComponentSpec]:
    """The components that are known by their use: a definition without a `type` is what its references make it."""
    tree: Placed | None = draft.reading.tree
    if tree is None:
        return {}
    return {(placed.node.line, placed.node.col): placed.spec for placed in tree.walk()}
