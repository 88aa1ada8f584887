"""What is new since the last time: a parameter that filters by time, and the field of the records that it goes by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from penstock_builder.detect.guess import Guess
from penstock_builder.importers.making.answers import properties, types
from penstock_builder.importers.making.imported import Operation, Parameter
from penstock_builder.importers.making.names import words
from penstock_builder.importers.making.pagination import option
from penstock_builder.importers.making.records import Records

Json = Any

START = "start_date"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"

_CHANGES = ("updated", "update", "modified", "modification", "changed", "change", "edited", "lastupdated")
_BIRTHS = (
    "created",
    "creation",
    "occurred",
    "timestamp",
    "time",
    "date",
    "inserted",
    "published",
    "received",
)
_SINCE = frozenset({"since", "after", "from", "gte", "gt", "ge", "min", "start", "begin", "greater"})
_UNTIL: Mapping[str, str] = {
    "since": "until", "after": "before", "from": "to", "gte": "lte", "gt": "lt", "ge": "le", "min": "max",
    "start": "end", "begin": "end",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Incremental:
    """`cursor` is the component as the manifest writes it; `uses` are the parameters that it sets."""

    cursor: Mapping[str, Json]
    uses: tuple[Parameter, ...]


def find_cursor(operation: Operation, records: Records) -> Guess[Incremental] | None:
    """The time filter of an operation with the field that it goes by; None where either is missing."""
    moments = {name: child for name, child in properties(records.schema).items() if _is_moment(name, child)}
    for parameter in sorted(operation.parameters, key=lambda each: "gt" in words(each.name)):
        said = words(parameter.name)
        if (
            parameter.where in ("path", "header")
            or not _SINCE & set(said)
            or not _takes_moment(parameter, said)
        ):
            continue
        field = _field(said, list(moments))
        if field is not None:
            sure = 0.85 if set(said) & {*_CHANGES, *_BIRTHS} & set(words(field)) else 0.6
            made = _incremental(operation, parameter, field, moments[field])
            return Guess(made, sure, f"`{parameter.name}` filters by time, and records have `{field}`")
    return None


def _incremental(
    operation: Operation, parameter: Parameter, field: str, schema: Mapping[str, Json]
) -> Incremental:
    written = _format(parameter, schema)
    cursor: dict[str, Json] = {
        "type": "DatetimeBasedCursor",
        "cursor_field": field,
        "datetime_format": written,
    }
    formats = [form for form in _record_formats(schema) if form != written]
    if formats:
        cursor["cursor_datetime_formats"] = formats
    start = f"{{{{ config['{START}'] }}}}"
    cursor["start_datetime"] = {"type": "MinMaxDatetime", "datetime": start, "datetime_format": MOMENT}
    cursor["start_time_option"] = option(parameter)
    until = _until(operation, parameter)
    if until is None:
        return Incremental(cursor, (parameter,))
    cursor["end_time_option"] = option(until)
    return Incremental(cursor, (parameter, until))


def _until(operation: Operation, since: Parameter) -> Parameter | None:
    wanted = [_UNTIL.get(word, word) for word in words(since.name)]
    return next(
        (
            p
            for p in operation.parameters
            if p.where == since.where and words(p.name) == wanted and p != since
        ),
        None,
    )


def _field(said: list[str], moments: list[str]) -> str | None:
    """The field that a filter goes by: the one with its word, else of a plain `since` the time of change."""
    stems = [word for word in said if word in (*_CHANGES, *_BIRTHS)]
    groups = [_CHANGES if stems[0] in _CHANGES else _BIRTHS] if stems else [_CHANGES, _BIRTHS]
    for group in groups:
        for stem in (*stems, *group):
            found = [name for name in moments if stem in words(name) or stem == name.lower()]
            if found:
                return found[0]
    return None


def _is_moment(name: str, schema: Mapping[str, Json]) -> bool:
    if schema.get("format") in ("date-time", "date", "datetime", "unix-time", "timestamp"):
        return True
    said = set(words(name))
    if types(schema) & {"integer", "number"}:
        return bool(said & {"at", "time", "timestamp", "date", "ts"} and said & {*_CHANGES, *_BIRTHS})
    return "string" in types(schema) and bool(
        said & {*_CHANGES, *_BIRTHS} and said & {"at", "on", "time", "date"}
    )


def _takes_moment(parameter: Parameter, said: list[str]) -> bool:
    schema = parameter.schema
    if schema.get("format") in ("date-time", "date", "datetime", "timestamp", "unix-time"):
        return True
    value = parameter.sent
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value):
        return True
    named = bool(set(said) & {*_CHANGES, *_BIRTHS, "at", "on"}) or said in (["since"], ["modified", "since"])
    return named and (not types(schema) or bool(types(schema) & {"string", "integer"})) and "id" not in said


def _format(parameter: Parameter, field: Mapping[str, Json]) -> str:
    """How the filter wants its moment."""
    schema = parameter.schema
    value = parameter.sent if isinstance(parameter.sent, str) else ""
    if schema.get("format") == "date" or re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "%Y-%m-%d"
    if types(schema) & {"integer", "number"} or re.fullmatch(r"\d{9,10}", value):
        return "%s"
    if re.fullmatch(r"\d{12,13}", value):
        return "%ms"
    if schema.get("format") != "date-time" and not value and types(field) & {"integer", "number"}:
        return _record_formats(field)[0]
    return MOMENT


def _record_formats(schema: Mapping[str, Json]) -> list[str]:
    """How records may write the field."""
    if types(schema) & {"integer", "number"}:
        return [
            "%ms" if re.search("millisecond", str(schema.get("description", "")), re.IGNORECASE) else "%s"
        ]
    if schema.get("format") == "date":
        return ["%Y-%m-%d"]
    return ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"]
