from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.components.schema_loaders import (
    TYPE_IDENTIFIER,
    TYPES_MAP,
    Fields,
    FieldType,
    TypeMapping,
    json_type,
)
from penstock.errors import ResponseError
from penstock.expressions.forms import Text
from penstock.masking.shape import describe
from penstock.records.paths import MISSING, get
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

Json = Any


@component(TYPE_IDENTIFIER)
class SchemaTypeIdentifier:
    """Where the descriptions of the fields stand in an answer, and where in one its name and its type."""

    schema_pointer: list[Text] = field(
        default=[], doc="The keys that lead to the list of descriptions.", examples=(["fields"],)
    )
    key_pointer: list[Text] = field(doc="The keys that lead to a field's name.", examples=(["name"],))
    type_pointer: list[Text] | None = field(
        default=None,
        doc="The keys that lead to a field's type; without one it is text.",
        examples=(["type"],),
    )
    types_mapping: list[Buildable[TypeMapping]] | None = field(
        default=None,
        doc="What the API's types are called in JSON Schema; the first that fits counts.",
        slot=TYPES_MAP,
        implied="TypesMap",
    )

    def build(self, using: Resources) -> Fields:
        scope = {"config": using.config}
        to_fields, to_name, to_type = (
            [part(scope, (str, int)) for part in pointer or ()]
            for pointer in (self.schema_pointer, self.key_pointer, self.type_pointer)
        )
        mappings = [mapping.build(using) for mapping in self.types_mapping or ()]

        def fields(answer: Json) -> dict[str, Json]:
            described = get(answer, to_fields)
            if not isinstance(described, list):
                raise ResponseError(f"expected a list of fields at `schema_pointer`, got {_told(described)}")
            return {_name(one, to_name): json_type(_type(one, to_type, mappings, scope)) for one in described}

        return fields


def _name(described: Json, pointer: list[str | int]) -> str:
    name = get(described, pointer)
    if not isinstance(name, str):
        raise ResponseError(f"expected a field's name at `key_pointer`, got {_told(name)}")
    return name


def _type(
    described: Json, pointer: list[str | int], mappings: list[TypeMapping], scope: Mapping[str, Json]
) -> str | list[str] | FieldType | Json:
    found = get(described, pointer) if pointer else MISSING
    current = "string" if found is MISSING else found
    here = {**scope, "raw_schema": described}
    for mapping in mappings:
        if mapping.current == current and (mapping.condition is None or mapping.condition(here)):
            return mapping.target
    return current


def _told(value: Json) -> str:
    return "nothing" if value is MISSING else describe(value)
