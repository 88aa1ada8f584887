"""One stream on its way into its table: buffered, staged, and moved together with its state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa

from penstock.destinations.duckdb.columns import PART, SEQUENCE, Column, Columns, Record, convert
from penstock.destinations.duckdb.table import Table
from penstock.destinations.duckdb.types import as_json
from penstock.records.files import FileRecord
from penstock.records.stream import StreamPlan

Json = Any

MOST_ROWS = 2_000
MOST_BYTES = 16_000_000
"""The buffer is staged past this many records, or this many bytes as their first record weighs them."""

Mode = Literal["overwrite", "append", "append_dedup"]

COMMIT_SECONDS = 5.0
COMMIT_ROWS = 50_000
"""Staged rows wait this long, or until they are so many, for the commit that their state allows."""


class Load:
    """The rows and the state of one stream that are not committed yet."""

    def __init__(
        self,
        plan: StreamPlan,
        mode: Mode,
        table: Table,
        columns: Columns,
        now: Callable[[], dt.datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self.plan = plan
        self.mode: Mode = mode
        self.table = table
        self.state: Mapping[str, Json] = {}
        self.rows = 0
        self.misfits = 0
        self.columns = columns
        self._now = now
        self._monotonic = monotonic
        self._buffer: list[Record] = []
        self._parts: list[int] = []
        self._bytes = 0
        self._sequence = 0
        self._last: dict[int, int] = {}
        self._settled: dict[int, int] = {}
        self._covered: dict[int, int] = {}
        self._staged = 0
        self._committed_at = monotonic()

    def take(self, records: Sequence[Record], part: int) -> None:
        """Buffer records of a part; a full buffer is staged. Where the file of a record is becomes a field."""
        if isinstance(records[0], FileRecord):
            records = [_with_file(record) for record in records]
        self._buffer.extend(records)
        self._parts.extend([part] * len(records))
        self._bytes += len(records) * _weight(records[0])
        self._sequence += len(records)
        self._last[part] = self._sequence
        if len(self._buffer) >= MOST_ROWS or self._bytes >= MOST_BYTES:
            self.flush()

    def settle(self, part: int) -> None:
        """What the part wrote so far is covered by the next state."""
        if part in self._last:
            self._settled[part] = self._last[part]

    def drop(self, part: int) -> None:
        """What the part wrote beyond what is settled will come again."""
        self.flush()
        after = self._settled.get(part, self._covered.get(part, 0))
        if self._last.get(part, 0) > after and self.mode != "overwrite":
            self.table.drop_part(part, after)
            self._last[part] = after

    def checkpoint(self, state: Mapping[str, Json]) -> None:
        """Everything that is settled by now is covered by this state."""
        self.state = state
        self._covered.update(self._settled)
        self._settled.clear()

    @property
    def is_due(self) -> bool:
        """Whether it is time to commit; a table that is replaced is committed at the end alone."""
        if self.mode == "overwrite":
            return False
        waiting = self._staged + len(self._buffer)
        return waiting >= COMMIT_ROWS or self._monotonic() - self._committed_at >= COMMIT_SECONDS

    def flush(self) -> None:
        """Stage the buffer."""
        if not self._buffer:
            return
        records, parts = self._buffer, self._parts
        new: list[Column] = self.columns.grow(records)
        if new:
            self.table.grow(new, target=self.mode != "overwrite")
        converted = convert(records, self.columns, self._now())
        rows = converted.table
        if self.mode != "overwrite":
            first = self._sequence - len(records) + 1
            rows = rows.append_column(PART, pa.array(parts, pa.int64()))
            rows = rows.append_column(SEQUENCE, pa.array(range(first, self._sequence + 1), pa.int64()))
        self.table.stage(rows)
        self.misfits += converted.misfits
        self._staged += len(records)
        self._buffer, self._parts, self._bytes = [], [], 0

    def move(self) -> int:
        """Move what is covered into the stream's table; gives the number of rows. Call inside a transaction."""
        if self.mode == "overwrite":
            self.table.replace()
            return self._staged
        self.table.create()
        all_covered = all(last <= self._covered.get(part, 0) for part, last in self._last.items())
        covered = None if all_covered else self._covered
        if self.mode == "append":
            return self.table.append(covered)
        key = [column.name for path in self.plan.primary_key or () if (column := self.columns.of(path[0]))]
        return self.table.merge(covered, key, self._cursor_column())

    def committed(self, moved: int) -> None:
        """The rows and the state are safe."""
        self.rows += moved
        self._staged = 0
        self._last = {part: last for part, last in self._last.items() if last > self._covered.get(part, 0)}
        self._covered.clear()
        self._committed_at = self._monotonic()

    def _cursor_column(self) -> str | None:
        """The column that tells which of two rows is newer; a masked one cannot."""
        cursor = self.plan.cursor
        if cursor is None:
            return None
        schema = self.plan.schema().get("properties", {}).get(cursor.field, {})
        column = self.columns.of(cursor.field)
        return column.name if column is not None and "x-masked" not in schema else None


def _weight(record: Record) -> int:
    return len(as_json(record))


def _with_file(record: Record) -> Record:
    if not isinstance(record, FileRecord):
        return record
    return {**record, "file_reference": dict(record.file_reference)}
