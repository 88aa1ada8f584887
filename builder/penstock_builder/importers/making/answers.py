"""What is known of the answers of an operation: by a declared schema, or by answers that were recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from penstock_builder.detect.schema import schema as schema_of
from penstock_builder.importers.making.imported import Operation

Json = Any
Path = tuple[str, ...]

MOST_LEVELS = 5
_URL_FORMATS = ("uri", "url", "uri-reference", "iri")


@dataclass(frozen=True, slots=True)
class Answers:
    """`schema` is a JSON Schema of the whole answer; `bodies` those that were recorded, perhaps none."""

    schema: Mapping[str, Json]
    bodies: tuple[Json, ...]

    def leaves(self) -> Iterator[tuple[Path, Mapping[str, Json]]]:
        """Single values outside of lists, the outermost first, each with its path and schema."""
        level: list[tuple[Path, Mapping[str, Json]]] = [((), self.schema)]
        for _ in range(MOST_LEVELS):
            deeper = [
                ((*path, name), child)
                for path, schema in level
                for name, child in properties(schema).items()
                if "array" not in types(child)
            ]
            yield from ((path, child) for path, child in deeper if not properties(child))
            level = [(path, child) for path, child in deeper if properties(child)]

    def is_url(self, path: Path, schema: Mapping[str, Json]) -> bool:
        """Whether a value is a URL, or a path with parameters: by its format, or as it was recorded."""
        found = [value for value in self.values(path) if isinstance(value, str) and value]
        if found:
            return all(_looks_like_url(value) for value in found)
        told = str(schema.get("description", ""))
        return (
            schema.get("format") in _URL_FORMATS
            or re.search(r"\b(URL|URI|link|href)\b", told, re.IGNORECASE) is not None
        )

    def values(self, path: Path) -> list[Json]:
        """What was recorded at a path, nulls left out."""
        found = [value_at(body, path) for body in self.bodies]
        return [value for value in found if value is not None]


def answers_of(operation: Operation) -> Answers:
    """What is known of the answers of an operation; of one without any, that it gives something."""
    bodies = tuple(exchange.body for exchange in operation.exchanges if exchange.body is not None)
    if operation.schema is not None:
        return Answers(operation.schema, bodies)
    return Answers(_recorded(bodies), bodies)


def _recorded(bodies: Sequence[Json]) -> Mapping[str, Json]:
    objects = [body for body in bodies if isinstance(body, dict)]
    if objects:
        found: Mapping[str, Json] = schema_of(objects)
        return found
    items = [item for body in bodies if isinstance(body, list) for item in body]
    records = [item for item in items if isinstance(item, dict)]
    if items and not records:
        return {"type": "array", "items": {"type": "string"}}
    if any(isinstance(body, list) for body in bodies):
        return {"type": "array", "items": schema_of(records) if records else {"type": "object"}}
    return {}


def value_at(body: Json, path: Path) -> Json:
    """What stands at a path, None where nothing does."""
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body


def properties(schema: Mapping[str, Json]) -> Mapping[str, Mapping[str, Json]]:
    """The properties of an object's schema."""
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def types(schema: Mapping[str, Json]) -> frozenset[str]:
    """The types that a schema admits."""
    declared = schema.get("type")
    if declared is None:
        return frozenset({"object"} if "properties" in schema else {"array"} if "items" in schema else ())
    return frozenset([declared] if isinstance(declared, str) else declared)


def _looks_like_url(value: str) -> bool:
    parts = urlsplit(value)
    return (
        parts.scheme in ("http", "https")
        or (value.startswith("/") and len(value) > 1)
        or value.startswith("?")
    )
