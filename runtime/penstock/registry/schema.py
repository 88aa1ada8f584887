"""JSON Schema (draft-07) of the manifest language, derived from the registry: for editors, and for agreement tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.registry.component import ComponentSpec, all_components
from penstock.registry.decode import field_values
from penstock.registry.field import FieldSpec

Json = Any
ROOT = "DeclarativeSource"
REFERENCE = "reference"
"""The definition of what may stand for any value."""


def manifest_schema() -> dict[str, Json]:
    """The schema of a manifest: one definition for each component, and one for each kind, which is any of its own."""
    components = all_components()
    definitions: dict[str, Json] = {name: _component_schema(spec) for name, spec in components.items()}
    for kind in {spec.kind.name: spec.kind for spec in components.values()}.values():
        of_kind = [name for name, spec in components.items() if spec.kind == kind]
        any_of = {"anyOf": [{"$ref": f"#/definitions/{name}"} for name in of_kind]}
        definitions[kind.name] = {"description": kind.doc, **_or_reference(any_of)}
    definitions[REFERENCE] = {
        "description": "A part that is written elsewhere in the manifest; keys beside `$ref` win over its own.",
        "anyOf": [
            {
                "type": "object",
                "required": ["$ref"],
                "properties": {"$ref": {"type": "string", "pattern": "^#/"}},
            },
            {"type": "string", "pattern": "^#/"},
        ],
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Penstock manifest",
        "$ref": f"#/definitions/{ROOT}",
        "definitions": dict(sorted(definitions.items())),
    }


def _component_schema(spec: ComponentSpec) -> dict[str, Json]:
    forms = field_values(spec)
    properties: dict[str, Json] = {"type": {"const": spec.type_name}, "$parameters": {"type": "object"}}
    properties.update({f.name: _field_schema(f, forms[f.name].schema()) for f in spec.fields})
    help_text = " ".join(spec.help.split())
    made: dict[str, Json] = {
        "type": "object",
        "description": help_text,
        "markdownDescription": help_text,
        "properties": properties,
    }
    required = [f.name for f in spec.fields if f.required]
    if required:
        made["required"] = required
    return made


def _or_reference(form: Mapping[str, Json]) -> dict[str, Json]:
    """The schema of a value that may be written elsewhere: an editor cannot look there, so it takes a reference as it is."""
    return {"if": {"$ref": f"#/definitions/{REFERENCE}"}, "else": dict(form)} if form else {}


def _field_schema(field: FieldSpec, form: Mapping[str, Json]) -> dict[str, Json]:
    made: dict[str, Json] = {"description": field.help, "markdownDescription": field.help}
    made |= (
        {"allOf": [dict(form)]} if "$ref" in form else _or_reference(form)
    )  # draft-07 ignores all beside a $ref
    if field.deprecated:
        made["deprecationMessage"] = f"Use {field.deprecated}."
    if field.default not in (None, [], {}):
        made["default"] = field.default
    if field.examples:
        made["examples"] = list(field.examples)
    return made
