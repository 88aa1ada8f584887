"""Casts a record's values to the types of the stream's JSON Schema, where the manifest asks for it.

Follows `type`, `properties` and `items` only. What cannot be cast stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Json = Any
Record = dict[str, Json]

_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})
_FALSE = frozenset({"n", "no", "f", "false", "off", "0"})
_SIMPLE = frozenset({"string", "number", "integer", "boolean", "null"})


def normaliser(schema: Callable[[], Json]) -> Callable[[Record], Record]:
    """Give a function that casts one record; the schema is asked for at the first record."""
    known: list[Json] = []

    def normalise(record: Record) -> Record:
        if not known:
            known.append(schema())
        return _cast_object(dict(record), known[0]) if known[0] else record

    return normalise


def _cast_object(record: Record, schema: Json) -> Record:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return record
    for name, child in properties.items():
        if name in record and isinstance(child, dict):
            record[name] = _cast(record[name], child)
    return record


def _cast(value: Json, schema: Json) -> Json:
    value = _convert(value, schema)
    if isinstance(value, dict):
        return _cast_object(dict(value), schema)
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        return [_cast(item, items) for item in value]
    return value


def _convert(value: Json, schema: Json) -> Json:
    kinds = schema.get("type") or []
    if isinstance(kinds, str):
        kinds = [kinds]
    if value is None and "null" in kinds:
        return None
    rest = [kind for kind in kinds if kind != "null"]
    if len(rest) != 1:
        return value
    try:
        if rest[0] == "array":
            return _as_list(value, schema.get("items"))
        cast = _CASTS.get(rest[0])
        return cast(value) if cast else value
    except (ValueError, TypeError, OverflowError):
        return value


def _as_boolean(value: Json) -> bool:
    if not isinstance(value, str):
        return bool(value)
    word = value.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("not a boolean")


def _as_list(value: Json, items: Json) -> Json:
    """A simple value as a list of one, where the items are simple. A plain text as items' type counts as letters."""
    kinds = set(items.get("type") or []) if isinstance(items, dict) else set()
    if kinds <= _SIMPLE and (value is None or isinstance(value, str | int | float)):
        return [value]
    return value


_CASTS: Mapping[str, Callable[[Json], Json]] = {
    "string": str,
    "number": float,
    "integer": int,
    "boolean": _as_boolean,
}
