"""A connection to a DuckDB file: staging in few large transactions, errors told without the data they hold."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from penstock.errors import DestinationError

MEMORY_BYTES = 32_000_000
MEMORY_ROWS = 16_384
"""What DuckDB may hold in memory: so many bytes, or where rows are wide what so many of them weigh (it works on 2,048
at a time and holds several of these). Past it, it works on disk. PENSTOCK_DUCKDB_MEMORY_LIMIT replaces both.
"""

STAGED_ROWS = 25_000
STAGED_BYTES = 32_000_000
"""Rows or bytes of one staging transaction: committing every few thousand rows doubles the cost, keeping more grows
memory.
"""

_ROWS = "_penstock_rows"


class Session:
    """One connection. Everything but staging is its own transaction, or part of one that `transaction` opens.

    Raises DestinationError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._limit = os.environ.get("PENSTOCK_DUCKDB_MEMORY_LIMIT", "")
        self._memory = MEMORY_BYTES
        self._staged = 0
        self._staged_bytes = 0
        with self._told():
            self._connection: Any = duckdb.connect(str(path))
            self._connection.execute(f"SET memory_limit = '{self._limit or f'{MEMORY_BYTES}B'}'")
            self._connection.execute("SET preserve_insertion_order = false")
            self._connection.execute("SET TimeZone = 'UTC'")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and give its rows; what is staged is committed first."""
        self.commit_staged()
        with self._told():
            rows: list[tuple[Any, ...]] = self._connection.execute(sql, list(values)).fetchall()
            return rows

    def columns(self, table: str) -> list[tuple[str, Any]]:
        """Names and DuckDB types of a table's columns; `table` is quoted already."""
        with self._told():
            empty = self._connection.sql(f"FROM {table} LIMIT 0")
            return list(zip(empty.columns, empty.types, strict=True))

    def stage(self, table: str, columns: str, values: str, rows: Any) -> None:
        """Insert an Arrow table, in a transaction that stays open for more."""
        self._make_room(rows)
        with self._told():
            if not self._staged:
                self._connection.execute("BEGIN")
            self._staged += rows.num_rows
            self._staged_bytes += rows.nbytes
            self._connection.register(_ROWS, rows)
            self._connection.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {_ROWS}")
            self._connection.unregister(_ROWS)
        if self._staged >= STAGED_ROWS or self._staged_bytes >= STAGED_BYTES:
            self.commit_staged()

    def _make_room(self, rows: Any) -> None:
        """Raise the memory limit where rows are so wide that DuckDB could not work on them."""
        needed = rows.nbytes // max(rows.num_rows, 1) * MEMORY_ROWS
        if needed > self._memory and not self._limit:
            self._memory = 2 * needed
            self.execute(f"SET memory_limit = '{self._memory}B'")

    def commit_staged(self) -> None:
        """Commit what was staged."""
        if self._staged:
            self._staged = self._staged_bytes = 0
            with self._told():
                self._connection.execute("COMMIT")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is executed inside becomes true together, or not at all."""
        self.execute("BEGIN")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):  # a COMMIT that failed has rolled back already
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file; what is staged and not committed is dropped."""
        self._connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """DuckDB's errors as ours: its texts may hold values, so only what is known is told."""
        try:
            yield
        except duckdb.Error as error:
            if "failed: KeyboardInterrupt: " in str(error):  # Ctrl-C while it asks Arrow for rows
                raise KeyboardInterrupt from None
            raise _told(error, self._path) from None
        except RuntimeError as error:
            if str(error) != "Query interrupted":  # what DuckDB makes of Ctrl-C
                raise
            raise KeyboardInterrupt from None


def _told(error: Exception, path: Path) -> DestinationError:
    text = str(error)
    if "out of memory" in text.lower() or isinstance(error, duckdb.OutOfMemoryException):
        return DestinationError(
            f"DuckDB needs more memory than it may use for {path}",
            hint="set PENSTOCK_DUCKDB_MEMORY_LIMIT, for example to 1GB",
        )
    for sign, message, hint in (
        ("set lock", f"the DuckDB file {path} is in use by another process", "close it there and run again"),
        ("not a valid DuckDB", f"{path} is not a DuckDB file", "name another file with --to"),
        ("No such file", f"the folder of {path} does not exist", "make it first"),
        ("Permission denied", f"there is no permission to write {path}", ""),
        ("No space left", f"no space is left for {path}", "nothing that was committed is lost"),
        ("Is a directory", f"{path} is a folder", "name a file with --to"),
    ):
        if sign in text:
            return DestinationError(message, hint=hint)
    return DestinationError(f"DuckDB refused to work on {path}: {type(error).__name__}")
