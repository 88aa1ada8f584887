"""How many of the fields that a manifest declares are masked: cheap enough to be told after every edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from penstock.authoring import FieldPath, Node, Placed, Reading
from penstock_builder.lint.facts import covers, masks, properties

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the `declared` fields of all streams with a schema of their own, how many are `masked`.

    `unknown` counts the streams whose fields are told by no schema in the manifest.
    """

    declared: int
    masked: int
    unknown: int


def coverage(reading: Reading) -> Coverage:
    """Count the fields of a manifest that hold values themselves: of an object those inside it."""
    declared = masked = unknown = 0
    for stream in reading.tree.parts_in("streams") if reading.tree is not None else ():
        fields = declared_fields(stream)
        paths = [path for _, path in masks(stream)]
        declared += len(fields)
        masked += sum(_is_masked(field, paths) for field in fields)
        unknown += not fields
    return Coverage(declared, masked, unknown)


def declared_fields(stream: Placed) -> list[tuple[str, ...]]:
    """The paths of the fields of a stream's schema that hold values themselves."""
    found = properties(stream) or {}
    return [path for name, schema in found.items() for path in _leaves(schema, (name,))]


def _is_masked(field: tuple[str, ...], paths: list[FieldPath]) -> bool:
    return any(covers(path, field) for path in paths)


def _leaves(schema: Node, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    inside = schema.get("properties")
    if inside is None or not isinstance(inside.value, dict) or not inside.value or len(path) > _DEEPEST:
        yield path
        return
    for name, child in inside.value.items():
        yield from _leaves(child, (*path, name))
