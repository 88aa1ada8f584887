"""Schema loaders: where the JSON Schema of a stream's records comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from penstock.errors import ResponseError
from penstock.expressions.compile import Scope
from penstock.hints import listed
from penstock.lean import dataclass
from penstock.masking.shape import describe
from penstock.registry import Kind

Json = Any

LoadSchema = Callable[[], Any]
"""Gives a JSON Schema (draft-07); `{}` where nothing is known."""

Fields = Callable[[Json], dict[str, Json]]
"""From an answer that describes fields to the JSON Schema of each, by name. Raises ResponseError."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """A built type: its name, and for a list the type of its items."""

    name: str
    items: str | FieldType | None


@dataclass(frozen=True, slots=True)
class TypeMapping:
    """A built mapping from a type as the API says it to ours, where the condition holds of the field's description."""

    current: str | list[str]
    target: str | list[str] | FieldType
    condition: Callable[[Scope], bool] | None


SCHEMA_LOADER: Kind[LoadSchema] = Kind(
    "schema_loader", "Gives the JSON Schema of the records.", custom="CustomSchemaLoader"
)
TYPE_IDENTIFIER: Kind[Fields] = Kind("type_identifier", "Finds the fields in an answer that describes them.")
TYPES_MAP: Kind[TypeMapping] = Kind("types_map", "What a type of the API is called here.")
FIELD_TYPE: Kind[FieldType] = Kind("field_type", "The type of a field.")

_TYPES: Mapping[str, Mapping[str, str]] = {
    **{name: {"type": name} for name in ("string", "boolean", "integer", "number", "array", "object")},
    "date": {"type": "string", "format": "date"},
    "timestamp_with_timezone": {"type": "string", "format": "date-time"},
    "timestamp_without_timezone": {
        "type": "string",
        "format": "date-time",
        "airbyte_type": "timestamp_without_timezone",
    },
    "time_with_timezone": {"type": "string", "format": "time", "airbyte_type": "time_with_timezone"},
    "time_without_timezone": {"type": "string", "format": "time", "airbyte_type": "time_without_timezone"},
}


def json_type(given: Json) -> dict[str, Json]:
    """The JSON Schema of a field's type: a name, two names for either, or a FieldType. Raises ResponseError."""
    if isinstance(given, FieldType):
        items = {} if given.items is None else {"items": json_type(given.items)}
        return {**json_type(given.name), **items}
    if isinstance(given, list) and len(given) == 2:
        return {"oneOf": [json_type(one) for one in given]}
    known = _TYPES.get(given) if isinstance(given, str) else None
    if known is None:
        told = "a type of its own" if isinstance(given, str) else describe(given)
        raise ResponseError(
            f"expected the type of a field, got {told}",
            hint=f"let `types_mapping` lead to one of {listed(_TYPES)}, or to a list of two",
        )
    return {**known, "type": ["null", known["type"]]}
