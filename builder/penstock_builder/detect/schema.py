"""JSON Schema of records as public manifests write it, and how two such schemas differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from penstock.authoring import Json
from penstock_builder.detect.words import is_data

DRAFT = "http://json-schema.org/draft-07/schema#"
MOST_PROPERTIES = 200
"""Past this many keys an object below the record is keyed by data, and its properties are not listed."""

ChangeKind = Literal["new", "missing", "type", "nullable", "format"]

_DEEPEST = 24
_FORMAT = ("format", "airbyte_type")
_ITEMS = "[]"
_SEGMENT = re.compile(r"((?:\\.|[^.\\\[])*)((?:\[\])*)\.", re.DOTALL)
_KINDS: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    dict: "object",
    list: "array",
}
_ORDER = ("null", "boolean", "integer", "number", "string", "array", "object")
_DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_DATE = re.compile(_DAY, re.ASCII)
_DATE_TIME = re.compile(
    _DAY + r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(Z|[+-]\d\d:?[0-5]\d)?", re.ASCII
)
_WITH_ZONE: Mapping[str, str] = {"format": "date-time", "airbyte_type": "timestamp_with_timezone"}
_WITHOUT_ZONE: Mapping[str, str] = {"format": "date-time", "airbyte_type": "timestamp_without_timezone"}


def schema(records: Sequence[Json]) -> Json:
    """JSON Schema (draft-07) of records: a field that is null or missing in any has "null" among its types.

    Whole numbers and others together are numbers. An object keyed by data has no list of properties.
    """
    rows = [record for record in records if isinstance(record, dict)]
    return {
        "$schema": DRAFT,
        "type": "object",
        "additionalProperties": True,
        "properties": _properties(rows, 0),
    }


def merged(left: Json, right: Json) -> Json:
    """The schema of the records of both: `merged(schema(a), schema(b))` is `schema(a + b)`, neither being empty."""
    joined = _joined(left, right, 0)
    return {"$schema": DRAFT, **joined}


def _of_values(values: Sequence[Json], depth: int) -> dict[str, Json]:
    kinds = set(map(type, values))
    names = {_KINDS.get(kind, "null") for kind in kinds}
    made: dict[str, Json] = {"type": _types(names)}
    if str in kinds:
        made.update(_format(value for value in values if type(value) is str))
    if list in kinds:
        below = list(chain.from_iterable(value for value in values if type(value) is list))
        if below and depth < _DEEPEST:
            made["items"] = _of_values(below, depth + 1)
    if dict in kinds:
        made.update(_of_objects([value for value in values if type(value) is dict], depth))
    return made


def _of_objects(objects: Sequence[Mapping[str, Json]], depth: int) -> dict[str, Json]:
    keys = set().union(*objects)
    if depth >= _DEEPEST or _is_map(keys):
        return {"additionalProperties": True}
    return {"additionalProperties": True, "properties": _properties(objects, depth)}


def _is_map(keys: Iterable[str]) -> bool:
    listed = list(keys)
    return len(listed) > MOST_PROPERTIES or any(map(is_data, listed))


def _properties(objects: Sequence[Mapping[str, Json]], depth: int) -> dict[str, Json]:
    columns: dict[str, list[Json]] = {}
    for each in objects:
        for key, value in each.items():
            columns.setdefault(key, []).append(value)
    made = {key: _of_values(values, depth + 1) for key, values in columns.items()}
    for key, values in columns.items():
        if len(values) < len(objects):
            made[key] = nullable(made[key])
    return made


def _format(texts: Iterable[str]) -> dict[str, str]:
    """The format that all texts have."""
    seen: set[str] = set()
    for text in texts:
        found = _DATE_TIME.fullmatch(text) if len(text) > 10 else None
        if found:
            seen.add("zoned" if found[1] else "local")
        elif _DATE.fullmatch(text):
            seen.add("date")
        else:
            return {}
        if len(seen) > 1 and "date" in seen:
            return {}
    if seen == {"date"}:
        return {"format": "date"}
    if seen == {"zoned"}:
        return dict(_WITH_ZONE)
    return dict(_WITHOUT_ZONE) if seen == {"local"} else {"format": "date-time"}


def types_of(declared: Json) -> frozenset[str]:
    """The types that a schema names; none where it names none."""
    named = declared.get("type", []) if isinstance(declared, dict) else []
    return frozenset([named] if isinstance(named, str) else [each for each in named if isinstance(each, str)]) \
        if isinstance(named, str | list) else frozenset()  # fmt: skip


def nullable(declared: Json) -> Json:
    """The same schema with "null" among its types."""
    return {**declared, "type": _types({*types_of(declared), "null"})}


def _types(names: Iterable[str]) -> str | list[str]:
    """As manifests write types: one as text, several as a list, "null" first; a number may be whole."""
    named = set(names)
    if "number" in named:
        named.discard("integer")
    listed = [name for name in _ORDER if name in named]
    return listed[0] if len(listed) == 1 else listed


def _joined(left: Json, right: Json, depth: int) -> dict[str, Json]:
    kinds = (types_of(left), types_of(right))
    made: dict[str, Json] = {"type": _types(kinds[0] | kinds[1])}
    made.update(_joined_format(left, right, kinds))
    items = [each["items"] for each in (left, right) if "items" in each]
    if items:
        made["items"] = items[0] if len(items) == 1 else _joined(items[0], items[1], depth + 1)
    objects = [each for each, kind in zip((left, right), kinds, strict=True) if "object" in kind]
    if objects:
        made["additionalProperties"] = True
        properties = _joined_properties(objects, depth)
        if properties is not None:
            made["properties"] = properties
    return made


def _joined_format(left: Json, right: Json, kinds: tuple[frozenset[str], ...]) -> Mapping[str, Json]:
    told = [each for each, kind in zip((left, right), kinds, strict=True) if "string" in kind]
    formats = [{key: each[key] for key in ("format", "airbyte_type") if key in each} for each in told]
    if len(formats) < 2 or formats[0] == formats[-1]:
        return formats[0] if formats else {}
    both = {each.get("format") for each in formats}
    return {"format": "date-time"} if both == {"date-time"} else {}


def _joined_properties(objects: Sequence[Json], depth: int) -> dict[str, Json] | None:
    if not all("properties" in each for each in objects):
        return None
    keys = dict.fromkeys(chain.from_iterable(each["properties"] for each in objects))
    if depth and _is_map(keys):
        return None
    made = {}
    for key in keys:
        found = [each["properties"][key] for each in objects if key in each["properties"]]
        both = found[0] if len(found) == 1 else _joined(found[0], found[1], depth + 1)
        made[key] = nullable(both) if len(found) < len(objects) else both
    return made


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """A difference at `path`: keys with dots between, `[]` for the items of a list; a dot in a key is written `\\.`.

    `declared` and `detected` are the schemas at that place, None where there is none.
    """

    path: str
    kind: ChangeKind
    declared: Json
    detected: Json
    evidence: str


def schema_changes(declared: Json, detected: Json) -> list[SchemaChange]:
    """What records show that a declared schema does not say, and what it says that they do not show.

    A declared type that takes more than was seen is no change, nor is anything below an object without properties, or
    where a schema is written in another way (`anyOf`, `$ref`).
    """
    return list(_changes(declared, detected, ()))


def _changes(declared: Json, detected: Json, path: tuple[str, ...]) -> Iterator[SchemaChange]:
    kinds, seen = types_of(declared), types_of(detected)
    if not kinds or not seen:
        return
    here = list(_changes_here(declared, detected, path)) if path else []
    yield from here
    if any(change.kind == "type" for change in here):
        return
    if "items" in detected and isinstance(declared.get("items"), dict):
        yield from _changes(declared["items"], detected["items"], (*path, _ITEMS))
    before, after = declared.get("properties"), detected.get("properties")
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _changed_properties(before, after, path)


def _changed_properties(before: Json, after: Json, path: tuple[str, ...]) -> Iterator[SchemaChange]:
    for key in dict.fromkeys((*before, *after)):
        here = (*path, _escaped(key))
        if key not in before:
            yield _change("new", here, None, after[key], "records have this field, and the schema does not")
        elif key not in after:
            yield _change("missing", here, before[key], None, "no record has this field")
        else:
            yield from _changes(before[key], after[key], here)


def _changes_here(declared: Json, detected: Json, path: tuple[str, ...]) -> Iterator[SchemaChange]:
    kinds, seen = types_of(declared), types_of(detected)
    allowed = kinds | ({"integer"} if "number" in kinds else set()) | {"null"}
    if not seen <= allowed:
        listed = " or ".join(name for name in _ORDER if name in seen - allowed)
        yield _change("type", path, declared, detected, f"records hold {listed} here")
        return
    if "null" in seen and "null" not in kinds:
        yield _change("nullable", path, declared, detected, "the field is null or missing in some records")
    if "string" in seen and _format_told(declared) != _format_told(detected):
        shown = " ".join(str(detected[key]) for key in _FORMAT if key in detected)
        evidence = (
            f"all texts are written as {shown}" if shown else "not all texts are in the declared format"
        )
        yield _change("format", path, declared, detected, evidence)


def _format_told(told: Json) -> tuple[Json, ...]:
    """Format and type of a text; a date-time of which nothing else is said has its zone."""
    with_zone = {**_WITH_ZONE, **told} if told.get("format") == "date-time" else told
    return tuple(with_zone.get(key) for key in _FORMAT)


def _change(
    kind: ChangeKind, path: tuple[str, ...], declared: Json, detected: Json, evidence: str
) -> SchemaChange:
    return SchemaChange(".".join(path).replace(f".{_ITEMS}", _ITEMS), kind, declared, detected, evidence)


def accept(declared: Json, change: SchemaChange) -> Json:
    """The declared schema with one change taken over; the given one stays as it was."""
    return _accepted(declared, _keys(change.path), change)


def _accepted(declared: Json, keys: tuple[str | None, ...], change: SchemaChange) -> Json:
    if not keys:
        return _settled(declared, change)
    key, rest = keys[0], keys[1:]
    if key is None:
        return {**declared, "items": _accepted(declared["items"], rest, change)}
    properties = dict(declared["properties"])
    if not rest and change.kind == "missing":
        properties.pop(key, None)
    elif not rest and change.kind == "new":
        properties[key] = change.detected
    else:
        properties[key] = _accepted(properties[key], rest, change)
    return {**declared, "properties": properties}


def _settled(declared: Json, change: SchemaChange) -> Json:
    """A schema that takes over the detected type, null or format; titles and the like stay."""
    if change.kind == "nullable":
        return nullable(declared)
    replaced = {*_FORMAT} if change.kind == "format" else {*_FORMAT, "items", "properties", "enum"}
    kept = {key: value for key, value in declared.items() if key not in replaced}
    if change.kind == "format":
        return {**kept, **{key: change.detected[key] for key in _FORMAT if key in change.detected}}
    types = {*types_of(change.detected), *types_of(declared) & {"null"}}
    return {**kept, **change.detected, "type": _types(types)}


def _escaped(key: str) -> str:
    return re.sub(r"[\\.\[]", r"\\\g<0>", key)


def _keys(path: str) -> tuple[str | None, ...]:
    """The keys of a change's path, None for the items of a list."""
    keys: list[str | None] = []
    for found in _SEGMENT.finditer(f"{path}."):
        keys.append(re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL))
        keys += [None] * (len(found[2]) // len(_ITEMS))
    return tuple(keys)
