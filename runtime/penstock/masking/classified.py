"""Facts about fields that a JSON Schema tells: `x-privacy: {class: email}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from penstock.masking.field_paths import FieldPath, Segment
from penstock.masking.techniques import types_of

Json = Any

PRIVACY = "x-privacy"


def is_scalar(schema: Json, path: FieldPath) -> bool:
    """Whether the schema says of the field at a path that it is neither an object nor a list."""
    for segment in path:
        if not isinstance(schema, Mapping):
            return False
        parts = schema.get("properties") if segment.kind == "name" else schema
        schema = (
            parts.get(segment.name if segment.kind == "name" else "items")
            if isinstance(parts, Mapping)
            else None
        )
        if segment.kind not in ("name", "each"):
            return False
    if not isinstance(schema, Mapping):
        return False
    kinds = set(types_of(schema)) - {"null"}
    return bool(kinds) and not kinds & {"object", "array"}


def classified_fields(schema: Json) -> Iterator[tuple[FieldPath, str, str]]:
    """The path of each field that the schema gives a class, as it is matched and as it is written, and the class."""
    yield from _below(schema, (), "")


def _below(schema: Json, path: FieldPath, written: str) -> Iterator[tuple[FieldPath, str, str]]:
    if not isinstance(schema, Mapping):
        return
    fact = schema.get(PRIVACY)
    name = fact.get("class") if isinstance(fact, Mapping) else fact
    if path and isinstance(name, str):
        yield path, written, name
    properties = schema.get("properties")
    for key, child in properties.items() if isinstance(properties, Mapping) else ():
        step = written + ("." if written else "") + str(key).replace(".", "\\.")
        yield from _below(child, (*path, Segment("name", str(key))), step)
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield from _below(schema["additionalProperties"], (*path, Segment("key")), f"{written}.*".lstrip("."))
    if isinstance(schema.get("items"), Mapping):
        yield from _below(schema["items"], (*path, Segment("each")), f"{written}[*]")
    for union in ("anyOf", "oneOf", "allOf"):
        for branch in schema.get(union) or ():
            yield from _below(branch, path, written)
