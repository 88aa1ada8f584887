"""JSON Schema (draft-07) of the manifest language, derived from the registry: for editors, and for agreement tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.registry.component import ComponentSpec, all_components
from penstock.registry.decode import field_values
from penstock.registry.field import FieldSpec

Json = Any
ROOT = "DeclarativeSource"


def manifest_schema() -> dict[str, Json]:
    """The schema of a manifest: one definition for each component, and one for each kind, which is any of its own."""
    components = all_components()
    definitions: dict[str, Json] = {name: _component_schema(spec) for name, spec in components.items()}
    for kind in {spec.kind.name: spec.kind for spec in components.values()}.values():
        of_kind = [name for name, spec in components.items() if spec.kind == kind]
        definitions[kind.name] = {
            "description": kind.doc,
            "anyOf": [{"$ref": f"#/definitions/{name}"} for name in of_kind],
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


def _field_schema(field: FieldSpec, form: Mapping[str, Json]) -> dict[str, Json]:
    text = field.doc if not field.deprecated else f"{field.doc} Deprecated: use `{field.deprecated}`."
    made = {"description": text, "markdownDescription": text, **form}
    if "$ref" in form:  # draft-07 ignores what stands beside a $ref
        made = {"description": text, "markdownDescription": text, "allOf": [dict(form)]}
    if field.default not in (None, [], {}):
        made["default"] = field.default
    if field.examples:
        made["examples"] = list(field.examples)
    return made
