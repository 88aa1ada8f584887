"""JSON Schema to column types, and values to those types. What does not fit is handed back, never lost.

A declared object becomes a STRUCT, a list with typed items a LIST; what is not declared enough becomes JSON. Dates
and times are typed at the top level; inside STRUCT and LIST they stay VARCHAR.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa

from penstock.lean import dataclass

Json = Any


class _Misfit:
    def __repr__(self) -> str:
        return "MISFIT"


MISFIT = _Misfit()
"""In place of a value that does not fit its type."""

_BIG = 2**63
_TRUE_FALSE: Mapping[str, bool] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """The type of a column or of a value inside one.

    `kinds` are the Python types that Arrow takes without loss (it cuts 1.5 to 1 without a word). For a STRUCT or
    LIST, `is_exact` tells that of all parts of a value, and that there is a place for each. `fit` gives any other
    value as Arrow takes it, or MISFIT. `children` are the fields of a STRUCT; `item` is that of a LIST.
    """

    sql: str
    arrow: pa.DataType
    kinds: frozenset[type]
    fit: Callable[[Json], Any]
    is_exact: Callable[[Json], bool] | None = None
    children: Mapping[str, Type] | None = None
    item: Type | None = None


def _fit_text(value: Json) -> Any:
    if isinstance(value, str):
        return _writable(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else as_json(value)


def _fit_integer(value: Json) -> Any:
    if isinstance(value, bool):
        return MISFIT
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        text = value.strip()
        digits = text.removeprefix("-")
        value = int(text) if digits.isdecimal() and digits.isascii() and len(digits) < 20 else MISFIT
    return value if isinstance(value, int) and -_BIG <= value < _BIG else MISFIT


def _fit_number(value: Json) -> Any:
    if isinstance(value, bool):
        return MISFIT
    try:
        return float(value) if isinstance(value, int | float | str) and "_" not in str(value) else MISFIT
    except (ValueError, OverflowError):
        return MISFIT


def _fit_boolean(value: Json) -> Any:
    if isinstance(value, bool):
        return value
    return _TRUE_FALSE.get(value.lower(), MISFIT) if isinstance(value, str) else MISFIT


def _fit_date(value: Json) -> Any:
    """A moment is a date only at midnight."""
    moment = _moment(value)
    return MISFIT if moment is MISFIT or moment.time() != dt.time() else moment.date()


def _fit_time(value: Json) -> Any:
    """Wall time: a zone is left off."""
    try:
        return dt.time.fromisoformat(value).replace(tzinfo=None) if isinstance(value, str) else MISFIT
    except ValueError:
        return MISFIT


def _moment(value: Json) -> Any:
    try:
        moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return MISFIT
    return MISFIT if moment is None else moment


def _fit_timestamptz(value: Json) -> Any:
    """A moment without a zone counts as UTC."""
    moment = _moment(value)
    return moment if moment is MISFIT or moment.tzinfo is not None else moment.replace(tzinfo=dt.UTC)


def _fit_timestamp(value: Json) -> Any:
    """Wall time: a zone is left off."""
    moment = _moment(value)
    return moment if moment is MISFIT else moment.replace(tzinfo=None)


def as_json(value: Json) -> str:
    """A value as JSON text."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=str).decode()
    except TypeError:  # an integer beyond 64 bit, a lone surrogate
        return json.dumps(_writable(value), ensure_ascii=False, default=str)


def _writable(value: Json) -> Json:
    """The value with a question mark for each lone surrogate, and null for a number that JSON does not have."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {_writable(str(key)): _writable(part) for key, part in value.items()}
    return [_writable(part) for part in value] if isinstance(value, list | tuple) else value


_NONE: type = type(None)
_TEXTS = frozenset({str, _NONE})
_FITTED: frozenset[type] = frozenset({_NONE})

TEXT = Type("VARCHAR", pa.string(), _TEXTS, _fit_text)
INTEGER = Type("BIGINT", pa.int64(), frozenset({int, _NONE}), _fit_integer)
NUMBER = Type("DOUBLE", pa.float64(), frozenset({float, int, _NONE}), _fit_number)
BOOLEAN = Type("BOOLEAN", pa.bool_(), frozenset({bool, _NONE}), _fit_boolean)
DATE = Type("DATE", pa.date32(), _FITTED, _fit_date)
TIME = Type("TIME", pa.time64("us"), _FITTED, _fit_time)
TIMESTAMPTZ = Type("TIMESTAMP WITH TIME ZONE", pa.timestamp("us", tz="UTC"), _FITTED, _fit_timestamptz)
TIMESTAMP = Type("TIMESTAMP", pa.timestamp("us"), _FITTED, _fit_timestamp)
JSON = Type("JSON", pa.string(), _FITTED, as_json)

_SCALARS: Mapping[str, Type] = {"string": TEXT, "integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN}
_FORMATS: Mapping[str, Type] = {"date": DATE, "time": TIME, "date-time": TIMESTAMPTZ}


def column_type(schema: Json) -> Type:
    """The type of a column, from the JSON Schema of the field."""
    if not isinstance(schema, Mapping):
        return JSON
    kinds = _kinds(schema)
    if kinds == {"string"}:
        if schema.get("airbyte_type") == "timestamp_without_timezone":
            return TIMESTAMP
        return _FORMATS.get(str(schema.get("format")), TEXT)
    if kinds == {"number"} and schema.get("airbyte_type") == "integer":
        return INTEGER
    return _inner_type(schema)


def _inner_type(schema: Json) -> Type:
    kinds = _kinds(schema) if isinstance(schema, Mapping) else set()
    if kinds == {"integer", "number"}:
        return NUMBER
    if len(kinds) != 1:
        return JSON
    kind = next(iter(kinds))
    if kind == "object":
        return _struct(schema.get("properties"))
    if kind == "array":
        return _list(schema.get("items"))
    return _SCALARS.get(kind, JSON)


def _kinds(schema: Mapping[str, Json]) -> set[str]:
    kinds = schema.get("type", ())
    return ({kinds} if isinstance(kinds, str) else set(kinds)) - {"null"}


def _struct(properties: Json) -> Type:
    if not isinstance(properties, Mapping) or not properties:
        return JSON
    if len({name.lower() for name in properties}) != len(properties) or "" in properties:
        return JSON  # names in a STRUCT differ in more than case
    children = {name: _inner_type(child) for name, child in properties.items()}
    scalars = [(name, child.kinds) for name, child in children.items() if child.is_exact is None]
    nested = [(name, child.is_exact) for name, child in children.items() if child.is_exact is not None]
    sql = ", ".join(f"{quoted(name)} {child.sql}" for name, child in children.items())
    arrow = pa.struct([(name, child.arrow) for name, child in children.items()])

    def is_exact(value: Json) -> bool:
        if value is None:
            return True
        if type(value) is not dict or not value.keys() <= children.keys():
            return False
        get = value.get
        for name, kinds in scalars:
            if type(get(name)) not in kinds:
                return False
        return all(exact(get(name)) for name, exact in nested)

    def fit(value: Json) -> Any:
        if not isinstance(value, dict):
            return MISFIT
        made = {}
        for name, child in children.items():
            part = value.get(name)
            made[name] = None if part is None else child.fit(part)
            if made[name] is MISFIT:
                return MISFIT
        return made

    return Type(f"STRUCT({sql})", arrow, _FITTED, fit, is_exact, children)


def _list(items: Json) -> Type:
    if not isinstance(items, Mapping) or not items:
        return JSON
    item = _inner_type(items)
    inner = item.is_exact

    def is_exact(value: Json) -> bool:
        if value is None:
            return True
        if type(value) is not list:
            return False
        return set(map(type, value)) <= item.kinds if inner is None else all(map(inner, value))

    def fit(value: Json) -> Any:
        if not isinstance(value, list):
            return MISFIT
        made = [None if part is None else item.fit(part) for part in value]
        return MISFIT if any(part is MISFIT for part in made) else made

    return Type(f"{item.sql}[]", pa.list_(item.arrow), _FITTED, fit, is_exact, None, item)


def guessed_type(values: Sequence[Json]) -> Type:
    """A type for a field that the schema does not declare, from the values it came with first."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return BOOLEAN
    if kinds == {int} and all(-_BIG <= value < _BIG for value in values if value is not None):
        return INTEGER
    if kinds and kinds <= {int, float}:
        return NUMBER
    return TEXT if kinds == {str} else JSON


_BY_SQL: Mapping[str, Type] = {
    kind.sql: kind for kind in (TEXT, INTEGER, NUMBER, BOOLEAN, DATE, TIME, TIMESTAMPTZ, TIMESTAMP, JSON)
}


def stored_type(sql: str) -> Type:
    """The type of a column that a table has; one of which no schema speaks any more is taken as JSON."""
    return _BY_SQL.get(sql, JSON)


def has_place_for(type_: Type, stored: Any) -> bool:
    """Tell whether a STRUCT or LIST has a place for every part of a stored type (a DuckDBPyType)."""
    if type_.children is not None and stored.id == "struct":
        parts = dict(stored.children)
        return all(
            name in type_.children and _holds(type_.children[name], kind) for name, kind in parts.items()
        )
    if type_.item is not None and stored.id == "list":
        return _holds(type_.item, dict(stored.children)["child"])
    return False


def _holds(type_: Type, stored: Any) -> bool:
    return type_.sql == str(stored) or type_.sql == JSON.sql or has_place_for(type_, stored)


def undeclared(value: Json, type_: Type) -> Json:
    """The parts of a value that its STRUCT has no place for, at their paths; None where it has a place for all."""
    if type_.children is not None and isinstance(value, dict):
        found = {key: part for key, part in value.items() if key not in type_.children}
        for name, child in type_.children.items():
            if (inner := undeclared(value.get(name), child)) is not None:
                found[name] = inner
        return found or None
    if type_.item is not None and isinstance(value, list):
        inside = {
            str(i): part for i, item in enumerate(value) if (part := undeclared(item, type_.item)) is not None
        }
        return inside or None
    return None


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
