"""JSON Schema (draft-07) of manifests and of masking policies, derived from the registry: for editors, and for agreement tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.registry.component import ComponentSpec, components_of
from penstock.registry.decode import field_values
from penstock.registry.field import FieldSpec

Json = Any
ROOT = "DeclarativeSource"
POLICY_ROOT = "MaskingPolicy"
REFERENCE = "reference"
"""The definition of what may stand for any value."""


def manifest_schema() -> dict[str, Json]:
    """The schema of a manifest: one definition for each component, and one for each kind, which is any of its own."""
    return _schema(ROOT, "Penstock manifest", takes_references=True)


def policy_schema() -> dict[str, Json]:
    """The schema of a masking policy. It takes no references, and an unknown key is an error."""
    made = _schema(POLICY_ROOT, "Penstock masking policy", takes_references=False)
    for definition in made["definitions"].values():
        if "properties" in definition:
            definition["additionalProperties"] = False
    return made


def _schema(root: str, title: str, *, takes_references: bool) -> dict[str, Json]:
    components = components_of(root)
    definitions: dict[str, Json] = {
        name: _component_schema(spec, takes_references=takes_references) for name, spec in components.items()
    }
    for kind in {spec.kind.name: spec.kind for spec in components.values()}.values():
        of_kind = [name for name, spec in components.items() if spec.kind == kind]
        any_of = {"anyOf": [{"$ref": f"#/definitions/{name}"} for name in of_kind]}
        form = _or_reference(any_of) if takes_references else any_of
        definitions[kind.definition] = {"description": kind.doc, **form}
    if takes_references:
        definitions[REFERENCE] = _REFERENCE_FORM
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "$ref": f"#/definitions/{root}",
        "definitions": dict(sorted(definitions.items())),
    }


_REFERENCE_FORM: Mapping[str, Json] = {
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


def _component_schema(spec: ComponentSpec, *, takes_references: bool) -> dict[str, Json]:
    forms = field_values(spec)
    properties: dict[str, Json] = {"type": {"const": spec.type_name}}
    if takes_references:
        properties["$parameters"] = {"type": "object"}
    for declared in spec.fields:
        form = forms[declared.name].schema()
        properties[declared.name] = _field_schema(declared, form, takes_references=takes_references)
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


def _field_schema(field: FieldSpec, form: Mapping[str, Json], *, takes_references: bool) -> dict[str, Json]:
    made: dict[str, Json] = {"description": field.help, "markdownDescription": field.help}
    if "$ref" in form:
        made["allOf"] = [dict(form)]  # draft-07 ignores all beside a $ref
    else:
        made |= _or_reference(form) if takes_references else form
    if field.deprecated:
        made["deprecationMessage"] = f"Use {field.deprecated}."
    if field.default not in (None, [], {}):
        made["default"] = field.default
    if field.examples:
        made["examples"] = list(field.examples)
    return made
