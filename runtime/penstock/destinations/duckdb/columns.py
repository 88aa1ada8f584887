"""The columns of a stream's table, and records as an Arrow table of those columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import pyarrow as pa

from penstock.destinations.duckdb.types import MISFIT, Type, as_json, column_type, guessed_type, undeclared
from penstock.lean import dataclass

Json = Any
Record = dict[str, Json]

MOST_COLUMNS = 1_000
"""Past this many, undeclared fields go into `_penstock_meta`: the records are keyed by data."""

EXTRACTED_AT = "_penstock_extracted_at"
META = "_penstock_meta"
ID = "_penstock_id"
PART = "_penstock_part"
SEQUENCE = "_penstock_sequence"
_OWN = (ID, EXTRACTED_AT, META, PART, SEQUENCE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the record's field, the column's name (which differ where names clash), its type."""

    field: str
    name: str
    type: Type


class Columns:
    """The columns of one stream, in order; grows when records bring fields that the schema does not declare."""

    def __init__(self, schema: Json) -> None:
        self._by_field: dict[str, Column] = {}
        self._names: set[str] = {name.lower() for name in _OWN}
        properties = schema.get("properties") if isinstance(schema, Mapping) else None
        for field, child in (properties or {}).items():
            self._add(field, column_type(child))

    @property
    def all(self) -> list[Column]:
        """The columns, declared ones first."""
        return list(self._by_field.values())

    def of(self, field: str) -> Column | None:
        """The column of a record's field."""
        return self._by_field.get(field)

    def retype(self, field: str, type_: Type) -> None:
        """Take the type that the table has."""
        column = self._by_field[field]
        self._by_field[field] = Column(field, column.name, type_)

    def grow(self, records: Sequence[Record]) -> list[Column]:
        """Add a column for each field that has none yet; gives the new ones."""
        known = self._by_field.keys()
        fields: dict[str, None] = {}
        for record in records:
            if not record.keys() <= known:
                fields.update(dict.fromkeys(key for key in record if key not in known))
        room = MOST_COLUMNS - len(self._by_field)
        return [self._add(f, guessed_type([r.get(f) for r in records])) for f in list(fields)[: max(room, 0)]]

    def add(self, field: str, type_: Type) -> Column:
        """Add a column that the schema does not declare: the table has it, or the primary key needs it."""
        return self._add(field, type_)

    def _add(self, field: str, type_: Type) -> Column:
        base = field or "_"
        name, n = base, 1
        while name.lower() in self._names:
            n += 1
            name = f"{base}_{n}"
        self._names.add(name.lower())
        column = self._by_field[field] = Column(field, name, type_)
        return column


_Notes = dict[int, dict[str, dict[str, Json]]]
"""What a row could not hold in its columns: by row, `misfits` or `undeclared`, and field."""


@dataclass(frozen=True, slots=True)
class Converted:
    """Records as an Arrow table; `misfits` is how many values did not fit their column."""

    table: pa.Table
    misfits: int


def convert(records: Sequence[Record], columns: Columns, extracted_at: dt.datetime) -> Converted:
    """Lay records out in columns. What has no place goes to `_penstock_meta`, so that nothing is lost.

    A value that does not fit its column is null there and stands under `misfits`; parts of objects that the schema
    does not declare stand under `undeclared`.
    """
    notes: _Notes = {}
    arrays = [_array(_values(records, column.field), column, notes) for column in columns.all]
    known = {column.field for column in columns.all}
    if len(known) >= MOST_COLUMNS:
        for i, record in enumerate(records):
            for field in record.keys() - known:
                _note(notes, i, "undeclared", field, record[field])
    meta = (
        [as_json(notes[i]) if i in notes else None for i in range(len(records))]
        if notes
        else [None] * len(records)
    )
    arrays += [
        pa.array([extracted_at] * len(records), pa.timestamp("us", tz="UTC")),
        pa.array(meta, pa.string()),
    ]
    misfits = sum(len(note.get("misfits", ())) for note in notes.values())
    names = [*(column.name for column in columns.all), EXTRACTED_AT, META]
    return Converted(pa.Table.from_arrays(arrays, names=names), misfits)


def _values(records: Sequence[Record], field: str) -> list[Json]:
    try:
        return list(map(itemgetter(field), records))
    except KeyError:
        return [record.get(field) for record in records]


def _array(values: list[Json], column: Column, notes: _Notes) -> pa.Array:
    type_ = column.type
    if set(map(type, values)) <= type_.kinds or (
        type_.is_exact is not None and all(map(type_.is_exact, values))
    ):
        try:
            return pa.array(values, type_.arrow)
        except (pa.ArrowException, ValueError, OverflowError):
            pass  # a lone surrogate, an integer beyond 64 bit
    fitted = []
    for i, value in enumerate(values):
        fit = None if value is None else type_.fit(value)
        if fit is MISFIT:
            _note(notes, i, "misfits", column.field, value)
            fit = None
        elif type_.is_exact is not None and (rest := undeclared(value, type_)) is not None:
            _note(notes, i, "undeclared", column.field, rest)
        fitted.append(fit)
    return pa.array(fitted, type_.arrow)


def _note(notes: _Notes, row: int, kind: str, field: str, value: Json) -> None:
    notes.setdefault(row, {}).setdefault(kind, {})[field] = value
