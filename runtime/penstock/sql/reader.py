"""Reads a table or a query through a server-side cursor, in bounded chunks, as JSON records."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import re
import uuid
from collections.abc import Generator, Mapping
from typing import Any

from penstock.errors import DatabaseError
from penstock.lean import dataclass
from penstock.sql.connect import Database

Json = Any
Record = dict[str, Json]

_START = "_penstock_start"
_BIND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_PLAIN = frozenset({str, int, float, bool, type(None), dict})


@dataclass(frozen=True, slots=True)
class Selection:
    """What to read: a table (`schema.name`) or a query, with bound values.

    With `cursor_field` the rows come in its order, from `start` on; `inclusive` takes those at `start` again. Where
    `start` is None all rows come, first those without a value: a read that goes on later finds none of them.
    """

    table: str = ""
    query: str = ""
    cursor_field: str = ""
    start: Json = None
    inclusive: bool = True


def read_rows(
    database: Database, selection: Selection, values: Mapping[str, Json], chunk_size: int
) -> Generator[list[Record], None, None]:
    """Give the rows in chunks, each a list of JSON objects; closing it ends the session. Raises DatabaseError."""
    statement, bound = _statement(selection, values)
    with database.connect() as connection:
        streaming = connection.execution_options(stream_results=True, yield_per=chunk_size)
        with streaming.execute(statement, bound) as result:
            names = list(result.keys())
            if len(set(names)) < len(names):
                raise DatabaseError(
                    "two columns of the query have one name",
                    hint="name the columns, and give each a name of its own with AS",
                    failure_type="config_error",
                )
            for rows in result.partitions():
                yield [_record(names, row) for row in rows]


def _statement(selection: Selection, values: Mapping[str, Json]) -> tuple[Any, dict[str, Json]]:
    import sqlalchemy as sa

    bound = dict(values)
    if selection.table:
        schema, _, name = selection.table.rpartition(".")
        source: Any = sa.table(name, schema=schema or None)
        binds: list[Any] = []
    else:
        text = _BIND.sub(lambda m: m.group() if m.group(1) in bound else f"\\{m.group()}", selection.query)
        binds = [sa.bindparam(name, type_=sa.types.NullType()) for name in bound]
        # As a subquery it can only be one SELECT, and the cursor's condition fits around it. The line ends, for the
        # last one may end in a comment.
        inner = sa.text(text.rstrip().rstrip(";") + "\n").bindparams(*binds)
        source = inner.columns(sa.column(selection.cursor_field or "_")).subquery("q")
    statement = sa.select(sa.text("*")).select_from(source)
    if selection.cursor_field:
        column = source.c[selection.cursor_field] if selection.query else sa.column(selection.cursor_field)
        if selection.start is not None:
            start = sa.bindparam(_START, type_=sa.types.NullType())
            statement = statement.where(column >= start if selection.inclusive else column > start)
            bound[_START] = selection.start
        statement = statement.order_by(column.nulls_first() if selection.start is None else column)
    return statement, bound


def _record(names: list[str], row: Any) -> Record:
    return {
        name: value if type(value) in _PLAIN else as_json(value)
        for name, value in zip(names, row, strict=True)
    }


def as_json(value: Any) -> Json:
    """A database value as JSON: times in ISO-8601, bytes in base64, a decimal as a number where that is exact."""
    if isinstance(value, decimal.Decimal):
        return _number(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    return value if type(value) in _PLAIN else str(value)


def _number(value: decimal.Decimal) -> Json:
    if value.is_finite():
        if value == value.to_integral_value() and abs(value) < 2**63:
            return int(value)
        number = float(value)
        if decimal.Decimal(repr(number)) == value:
            return number
    return str(value)
