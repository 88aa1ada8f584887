"""A DuckDB database to ask freely: nothing in a statement reaches a file, the network, or this process.

The records of test reads are loaded by penstock's own destination, so that types are those of a sync. A file of
`penstock sync` is opened read-only.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from penstock.authoring import (
    ConfigError,
    Json,
    PenstockError,
    Sampling,
    private_directory,
    samples_to_duckdb,
)

MOST_ROWS = 10_000
MOST_BYTES = 50_000_000
"""Of an answer: a page takes no more than 200 MB, and nested values are longer as text."""
TIME_OUT_SECONDS = 15.0

OWN = "_penstock_"
"""How the names of the destination's own columns begin."""
_LOCKED: Mapping[str, str] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "memory_limit": "1GB",
    "threads": "2",
}
"""Before a statement of somebody else is run; external access goes off and the configuration is locked after loading."""

_HOLD_NO_VALUES = (duckdb.ParserException, duckdb.CatalogException, duckdb.BinderException)
"""Errors that tell of the statement alone, before any value is read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement gave, at most MOST_ROWS rows; `is_cut` where there were more."""

    table: pa.Table
    is_cut: bool
    seconds: float

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.table.column_names)

    def rows(self) -> list[dict[str, Json]]:
        """The rows, nested values as JSON text."""
        return [{name: _flat(value) for name, value in row.items()} for row in self.table.to_pylist()]

    def as_csv(self) -> str:
        """The rows as CSV with a header (RFC 4180)."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows(["" if cell is None else cell for cell in row.values()] for row in self.rows())
        return text.getvalue()

    def as_parquet(self) -> bytes:
        """The rows as a Parquet file."""
        held = io.BytesIO()
        pq.write_table(self.table, held)
        return held.getvalue()


@dataclass(slots=True)
class Database:
    """Tables to ask. `notes` tell of streams that are not as a sync would make them. Close it after use."""

    connection: Any
    notes: Mapping[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tables(self) -> dict[str, dict[str, str]]:
        """Each table with the types of its columns, in order; those of Penstock itself are left out."""
        with self.lock:
            found = self.connection.execute(
                "SELECT table_name, column_name, data_type FROM duckdb_columns() "
                "WHERE NOT internal AND database_name = current_database() AND schema_name = current_schema() "
                "ORDER BY table_name, column_index"
            ).fetchall()
        tables: dict[str, dict[str, str]] = {}
        for table, column, kind in found:
            if table.startswith(OWN):  # left behind by a sync that was ended
                continue
            tables.setdefault(table, {})[column] = kind
        return {table: _own_last(columns) for table, columns in tables.items()}

    def ask(self, sql: str, seconds: float = TIME_OUT_SECONDS) -> Answer:
        """Run statements, and give what the last one gives. Raises ConfigError, whose text holds no value of a record.

        The tables are left as they are.
        """
        with self.lock, _told(), self._reading(), self._ending_after(seconds) as clock:
            statements = self.connection.extract_statements(sql)
            if not statements:
                raise ConfigError("there is no statement", hint="such as: SELECT * FROM a_table")
            if any(statement.type == duckdb.StatementType.TRANSACTION for statement in statements):
                raise ConfigError("transactions are out of reach here", hint="a SELECT asks the tables")
            for statement in statements[:-1]:
                self.connection.execute(statement)
            relation = self.connection.sql(statements[-1])
            if relation is None:
                return Answer(
                    pa.table({"done": ["the statement gives no rows"]}), is_cut=False, seconds=clock()
                )
            found = relation.limit(MOST_ROWS + 1).to_arrow_table()
            if found.nbytes > MOST_BYTES:
                raise ConfigError(
                    f"the answer has more than {MOST_BYTES // 1_000_000} MB",
                    hint="ask for fewer rows or columns, or for a part of long texts",
                )
            return Answer(found.slice(0, MOST_ROWS), found.num_rows > MOST_ROWS, clock())

    def close(self) -> None:
        """Close it; what is running is ended."""
        self.connection.interrupt()
        with self.lock:
            self.connection.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """A transaction that writes nothing, and that the next statement finds ended, whatever became of it."""
        self.connection.execute("BEGIN TRANSACTION READ ONLY")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")

    @contextmanager
    def _ending_after(self, seconds: float) -> Iterator[Any]:
        begun = time.monotonic()
        timer = threading.Timer(seconds, self.connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield lambda: time.monotonic() - begun
        finally:
            timer.cancel()


def of_samples(samplings: Iterable[Sampling]) -> Database:
    """The masked records of test reads, each stream a table, in memory. Raises DestinationError."""
    with private_directory() as folder:
        file = folder / "samples.duckdb"
        loaded = samples_to_duckdb(samplings, file)
        connection = duckdb.connect(":memory:", config=dict(_LOCKED))
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {_text(str(file))} AS loaded (READ_ONLY)")
        for name in loaded.loaded:
            connection.execute(f"CREATE TABLE {quoted(name)} AS FROM loaded.main.{quoted(name)}")
        connection.execute("DETACH loaded")
    _lock(connection)
    return Database(connection, loaded.notes)


def of_file(path: Path) -> Database:
    """A DuckDB file, opened read-only. Raises ConfigError where it is none, or is in use."""
    connection = duckdb.connect(":memory:", config=dict(_LOCKED))
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {_text(str(path))} AS synced (READ_ONLY)")
        connection.execute("USE synced.main")
    except duckdb.Error:
        connection.close()
        raise ConfigError(
            f"{path.name} cannot be opened", hint="it is no DuckDB file, or another program has it open"
        ) from None
    _lock(connection)
    return Database(connection)


def files_beside(manifest: Path) -> list[Path]:
    """The DuckDB files beside a manifest, in alphabetical order."""
    return sorted(manifest.parent.glob("*.duckdb"))


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def whole(table: str, most: int = MOST_ROWS) -> str:
    """The statement that asks for the first rows of a table."""
    return f"SELECT * FROM {quoted(table)} LIMIT {most}"


def _own_last(columns: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(columns.items(), key=lambda item: item[0].startswith(OWN)))


def _lock(connection: Any) -> None:
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


@contextmanager
def _told() -> Iterator[None]:
    """DuckDB's errors as ours. What is found while values are read is told by its kind alone."""
    try:
        yield
    except PenstockError:
        raise
    except duckdb.InterruptException:
        raise ConfigError(
            "the statement took too long, so it was ended", hint="ask for less: a LIMIT, a filter"
        ) from None
    except _HOLD_NO_VALUES as error:
        message, hint = _first_line(str(error))
        raise ConfigError(message, hint=hint) from None
    except duckdb.PermissionException:
        raise ConfigError(
            "files, the network and extensions are out of reach here", hint="ask the tables that are listed"
        ) from None
    except duckdb.OutOfMemoryException:
        raise ConfigError("the statement needs more memory than it may use", hint="ask for less") from None
    except duckdb.Error as error:
        if "configuration has been locked" in str(error):
            raise ConfigError("settings cannot be changed here") from None
        if "read-only" in str(error):
            raise ConfigError("the tables can only be read", hint="a SELECT asks them") from None
        raise ConfigError(
            f"DuckDB could not run it: {_kind(error)}", hint=_HINTS.get(type(error).__name__, "")
        ) from None


_PLAIN = (str, bool, int, float, Decimal, dt.date, dt.time)

_HINTS: Mapping[str, str] = {
    "ConversionException": "TRY_CAST gives null where a value does not fit",
    "OutOfRangeException": "a number is too large for its type; cast it to HUGEINT or DOUBLE",
}


def _kind(error: Exception) -> str:
    """`ConversionException` is "conversion error"."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__.removesuffix("Exception")).lower()
    return f"{words} error".strip()


def _first_line(text: str) -> tuple[str, str]:
    """What is wrong with a statement, and what DuckDB proposes."""
    head, _, rest = text.partition("\n")
    message = head.partition(": ")[2] or head
    hint = next((line for line in rest.splitlines() if line.startswith("Did you mean")), "")
    return message[:1].lower() + message[1:], hint


def _flat(value: Json) -> Json:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, _PLAIN) else str(value)
