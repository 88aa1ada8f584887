"""A component as a card: its fields as forms, what it says in one line, and its problems, by the registry alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from penstock.authoring import ComponentSpec, Diagnostic, Node, describe, field_schemas, find_component
from penstock_builder.components import Site, resolved, site_at
from penstock_builder.draft import Draft
from penstock_builder.editing.change import with_first_key, without_value
from penstock_builder.editing.document import Document, same
from penstock_builder.editing.lines import line_end
from penstock_builder.editing.links import target_of, written_link
from penstock_builder.editing.places import NoSuchPlaceError, SharedPlaceError, child, parts_of, pointer_of
from penstock_builder.forms import FieldForm, Origin, field_form

Json = Any

_NO_FIELDS = frozenset({"type", "$parameters", "$ref"})
_MOST_SUMMARY = 100


@dataclass(frozen=True, slots=True)
class Card:
    """A component of a draft.

    `pointer` is where it was asked for and `place` where it is written: they differ where a reference leads there,
    which is `link` then. `unknown` are keys that the registry does not know.
    """

    pointer: str
    place: str
    link: str
    spec: ComponentSpec | None
    type_name: str
    title: str
    summary: str
    fields: tuple[FieldForm, ...]
    unknown: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]

    def field(self, name: str) -> FieldForm:
        """A field by name. Raises NoSuchPlaceError."""
        for found in self.fields:
            if found.name == name:
                return found
        raise NoSuchPlaceError(f"{self.type_name or 'this'} has no field `{name}`")


def card(draft: Draft, pointer: str) -> Card:
    """The card of the component at a place; one without `spec` where none is known there. Raises NoSuchPlaceError."""
    asked = site_at(draft, pointer)
    site = _target(draft, asked)
    link = pointer_of(asked.link) if asked.link is not None else ""
    fields = _fields(draft, pointer, site, linked=site is not asked) if asked.spec else ()
    keys = site.node.value if isinstance(site.node.value, dict) else {}
    known = _NO_FIELDS | {found.name for found in fields}
    return Card(
        pointer=pointer,
        place=pointer_of(site.parts),
        link=link,
        spec=asked.spec,
        type_name=asked.spec.type_name if asked.spec else _written_type(site.node),
        title=_title(pointer, asked.spec, fields),
        summary=_summary(fields),
        fields=fields,
        unknown=tuple(key for key in keys if key not in known),
        diagnostics=_diagnostics(draft, {asked.parts, site.parts}),
    )


def place_of(draft: Draft, pointer: str) -> str:
    """Where the component at a place is written, references followed. Raises NoSuchPlaceError."""
    return pointer_of(_target(draft, site_at(draft, pointer)).parts)


def write_field(draft: Draft, shown: Card, name: str, value: Json) -> None:
    """Write what a form holds, where it differs from what the card showed; None takes the field out."""
    field = shown.field(name)
    if same(field.value, value):
        return
    if value is None:
        if draft.document.node(parts_of(field.pointer)) is not None:
            draft.remove(field.pointer, f"clear {shown.type_name}.{name}")
        return
    draft.set(field.pointer, value, f"set {shown.type_name}.{name}")


def change_type(draft: Draft, pointer: str, new_type: str) -> None:
    """Make another component of the one at a place; fields that both know stay. Raises NoSuchPlaceError."""
    new = find_component(new_type)
    if new is None:
        raise NoSuchPlaceError(f"`{new_type}` is no component of this version")
    site = _target(draft, site_at(draft, pointer))
    if site.spec is None or site.spec.type_name == new_type:
        gone: list[str] = []
    else:
        kept = {found.name for found in new.fields}
        gone = [f.name for f in site.spec.fields if f.name not in kept and f.name in (site.node.value or ())]

    def changed(document: Document) -> Document:
        document = with_first_key(document, site.parts, "type", new_type)
        for name in gone:
            document = without_value(document, (*site.parts, name))
        return document

    draft.change(changed, f"change {pointer} to {new_type}")


def _target(draft: Draft, site: Site) -> Site:
    """Where the component of a site is written: past references that have nothing beside them."""
    seen = {site.parts}
    while site.link is not None and (not isinstance(site.node.value, dict) or len(site.node.value) == 1):
        if site.link in seen:
            break
        seen.add(site.link)
        try:
            found = site_at(draft, pointer_of(site.link))
        except NoSuchPlaceError:
            break
        site = Site(found.parts, found.node, found.schema, found.field, found.spec or site.spec, found.link)
    return site


def _fields(draft: Draft, pointer: str, site: Site, *, linked: bool) -> tuple[FieldForm, ...]:
    assert site.spec is not None
    schemas = field_schemas(site.spec)
    effective = resolved(draft, pointer)
    made = []
    for declared in site.spec.fields:
        place = child(pointer_of(site.parts), declared.name)
        found = _found(site.node, effective, declared.name, linked=linked)
        if found[1] == "$ref" and site.node.get(declared.name) is None:
            found = (site_at(draft, place).node, "$ref")
        reference = written_link(found[0]) if found[0] is not None else ""
        target = target_of(draft.document, reference) if reference else None
        link = pointer_of(target) if target is not None else ""
        made.append(field_form(declared, schemas[declared.name], place, found, link))
    return tuple(made)


def _found(written: Node, effective: Node | None, name: str, *, linked: bool) -> tuple[Node | None, Origin]:
    """The node of a field's value, and where it came from."""
    own = written.get(name)
    inherited = effective.get(name) if effective is not None else None
    if inherited is not None and effective is not None and name in effective.given:
        return inherited, "$parameters"
    if own is not None:
        return own, "$ref" if linked else "written"
    return (inherited, "$ref") if inherited is not None else (None, "default")


def _written_type(node: Node) -> str:
    written = node.get("type")
    return written.value if written is not None and isinstance(written.value, str) else ""


def _title(pointer: str, spec: ComponentSpec | None, fields: tuple[FieldForm, ...]) -> str:
    named = next((f.value for f in fields if f.name == "name" and isinstance(f.value, str)), "")
    if named or spec is None:
        return named or (parts_of(pointer) or ("manifest",))[-1]
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|\d+", spec.type_name)
    return " ".join([words[0], *(word if word.isupper() else word.lower() for word in words[1:])])


def _summary(fields: tuple[FieldForm, ...]) -> str:
    """The set fields in a line, required ones first; secrets only as being there."""
    told = [
        f"{f.name}: {_brief(f)}"
        for f in sorted(fields, key=lambda f: not f.required)
        if f.is_set and f.name != "name" and f.value not in (None, {}, [])
    ]
    line = " · ".join(told)
    return line if len(line) <= _MOST_SUMMARY else line[: _MOST_SUMMARY - 1] + "…"


def _brief(field: FieldForm) -> str:
    value = field.value
    if field.widget == "secret":
        return "set"
    if field.link:
        return f"→ {field.link}"
    if isinstance(value, dict):
        return str(value.get("type") or describe(value)) if field.widget == "component" else f"{len(value)}"
    if isinstance(value, list):
        short = all(isinstance(item, str | int) for item in value) and len(value) <= 3
        return ", ".join(map(str, value)) if short else f"{len(value)}"
    return ("yes" if value else "no") if isinstance(value, bool) else " ".join(str(value).split())


def _diagnostics(draft: Draft, places: set[tuple[str, ...]]) -> tuple[Diagnostic, ...]:
    """The problems of what is written at some places, or of what references there lead to."""
    regions = []
    for parts in places:
        try:
            spot = draft.document.spot(parts)
        except SharedPlaceError:
            continue
        if spot is not None:
            start = spot.entry.start if spot.entry is not None else 0
            regions.append((start, line_end(draft.text, spot.piece.end)))
    lines = draft.document.lines
    return tuple(
        told
        for told in draft.reading.found
        if any(
            start <= lines.offset(span.line, span.col) <= end
            for span in (told.span, *told.via)
            for start, end in regions
        )
    )
