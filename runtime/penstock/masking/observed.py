"""The fields of a stream, from its JSON Schema and a sample of its records: paths at any depth, and values seen there.

A path has only names and `[*]`, so that no two of them claim a value with equal right. An object whose keys may be data
is one field with all that it holds; `*` stands only for such keys of the record itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from penstock.lean import dataclass
from penstock.masking.coverage import parts_of, path_text
from penstock.masking.field_paths import FieldPath, Segment
from penstock.masking.shape import MOST_KEYS, is_plain_key
from penstock.masking.techniques import types_of

Json = Any
_Schemas = Sequence[Mapping[str, Json]]

_UNIONS = ("anyOf", "oneOf", "allOf")
_CONTAINERS = frozenset({"object", "array"})
_NOT_LEAVES = _CONTAINERS | {"null"}
_RECORD: FieldPath = (Segment("key"),)


@dataclass(frozen=True, slots=True)
class Observed:
    """A field: its path, its own schema (`{}` where none tells of it), and the values seen, no null and no container.

    `is_open` says that it may hold parts of which nothing is known.
    """

    path: FieldPath
    schema: Mapping[str, Json]
    values: tuple[Json, ...]
    is_open: bool

    @property
    def told(self) -> str:
        """The path as it is written."""
        return path_text(self.path)


def observed_fields(schema: Json, records: Sequence[Json]) -> list[Observed]:
    """Every field that holds values or may, once, in order."""
    found: dict[tuple[tuple[str, ...], int], Observed] = {}
    for one in _observe([schema] if isinstance(schema, Mapping) else [], records, ()):
        names = tuple(segment.name for segment in one.path if segment.kind != "each")
        same = (names, len(one.path) - len(names))  # these meet the same values, wherever the `[*]` stand
        known = found.get(same)
        if known is None:
            found[same] = one
        else:
            values = (*known.values, *one.values)
            found[same] = Observed(known.path, known.schema, values, known.is_open or one.is_open)
    return list(found.values())


def _observe(schemas: _Schemas, values: Sequence[Json], path: FieldPath) -> Iterator[Observed]:
    told = [one for schema in schemas for one in _branches(schema)]
    kinds = {kind for schema in told for kind in types_of(schema)}
    objects = [value for value in values if isinstance(value, Mapping)]
    elements = [item for value in values if isinstance(value, list) for item in value]
    leaves = _leaves(values)
    declared = _declared(told)
    items = [one["items"] for one in told if isinstance(one.get("items"), Mapping)]
    is_list = "array" in kinds or bool(items) or any(isinstance(value, list) for value in values)
    additional = [
        one["additionalProperties"] for one in told if isinstance(one.get("additionalProperties"), Mapping)
    ]
    others, known = _undeclared(objects, declared, is_record=not path, is_map=bool(additional))
    only_list = is_list and not objects and not leaves and kinds <= {"array", "null"}
    free = [types_of(one) for one in told if _is_free(one)]
    is_free = bool(free) or (not told and not only_list)
    if (path and (leaves or is_free or kinds - _NOT_LEAVES or kinds == {"null"})) or others or additional:
        map_of_leaves = bool(additional) and not any(
            _CONTAINERS & set(types_of(one) or _CONTAINERS) for one in additional
        )
        schema = additional if map_of_leaves and not leaves else schemas
        is_open = any("object" in kinds for kinds in free) or (is_free and bool(objects or not leaves))
        is_open |= bool(others or additional) and not map_of_leaves
        is_open |= any(isinstance(one, Mapping | list) for one in others)
        seen = (*leaves, *_all_leaves(others))
        yield Observed(path or _RECORD, schema[0] if schema else {}, seen, is_open)
    for name, below in declared.items():
        yield from _observe(below, [o[name] for o in objects if name in o], (*path, Segment("name", name)))
    for name in known:
        yield from _observe([], [o[name] for o in objects if name in o], (*path, Segment("name", name)))
    if is_list and path:
        yield from _observe(items, elements, (*path, Segment("each")))


def _is_free(schema: Mapping[str, Json]) -> bool:
    """Whether a schema, besides its branches, admits an object of whose parts it tells nothing."""
    kinds = types_of(schema)
    only_branches = "type" not in schema and any(schema.get(union) for union in _UNIONS)
    return not only_branches and not parts_of(schema) and (not kinds or "object" in kinds)


def _declared(schemas: _Schemas) -> dict[str, list[Mapping[str, Json]]]:
    """The fields that schemas name, each with what they say of it."""
    found: dict[str, list[Mapping[str, Json]]] = {}
    for schema in schemas:
        properties = schema.get("properties")
        for name, child in properties.items() if isinstance(properties, Mapping) else ():
            found.setdefault(str(name), []).append(child if isinstance(child, Mapping) else {})
    return found


def _undeclared(
    objects: Sequence[Mapping[str, Json]], declared: Mapping[str, Json], *, is_record: bool, is_map: bool
) -> tuple[list[Json], list[str]]:
    """What stands under keys that may be data, and the other keys that no schema tells of.

    Of an object inside a record all are taken for data where one may be, where there are many, or where it is a map.
    """
    keys = list(dict.fromkeys(key for held in objects for key in held if key not in declared))
    odd = {key for key in keys if _may_be_data(key, is_record=is_record)}
    if not is_record and (is_map or odd or len(keys) > MOST_KEYS):
        odd = set(keys)
    return [held[key] for held in objects for key in held if key in odd], [k for k in keys if k not in odd]


def _may_be_data(key: str, *, is_record: bool) -> bool:
    if is_plain_key(key):
        return False
    return not is_record or not key or re.search(r"\d{5,}", key) is not None or bool(_looks_personal()(key))


@cache
def _looks_personal() -> Any:
    from penstock.masking.detectors import detector_names, finder

    return finder(detector_names())


def _leaves(values: Iterable[Json]) -> tuple[Json, ...]:
    return tuple(value for value in values if value is not None and not isinstance(value, Mapping | list))


def _all_leaves(values: Iterable[Json]) -> Iterator[Json]:
    for value in values:
        if isinstance(value, Mapping | list):
            yield from _all_leaves(value.values() if isinstance(value, Mapping) else value)
        elif value is not None:
            yield value


def _branches(schema: Mapping[str, Json]) -> Iterable[Mapping[str, Json]]:
    """A schema, and those that it is a union of."""
    yield schema
    for union in _UNIONS:
        for branch in schema.get(union) or ():
            if isinstance(branch, Mapping):
                yield from _branches(branch)
