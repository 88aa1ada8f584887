"""The SQL of one stream's table: made, widened, staged into, committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.destinations.duckdb.columns import EXTRACTED_AT, ID, META, PART, SEQUENCE, Column, Columns
from penstock.destinations.duckdb.session import Session
from penstock.destinations.duckdb.types import JSON, has_place_for, quoted, stored_type

_WIDER: Mapping[str, frozenset[str]] = {
    "BIGINT": frozenset({"DOUBLE", "VARCHAR", "JSON"}),
    "DOUBLE": frozenset({"VARCHAR", "JSON"}),
    "BOOLEAN": frozenset({"VARCHAR", "JSON"}),
    "DATE": frozenset({"VARCHAR", "JSON", "TIMESTAMP WITH TIME ZONE"}),
    "TIME": frozenset({"VARCHAR", "JSON"}),
    "TIMESTAMP": frozenset({"VARCHAR", "JSON"}),
    "TIMESTAMP WITH TIME ZONE": frozenset({"VARCHAR", "JSON"}),
    "VARCHAR": frozenset({"JSON"}),
}
"""What a column may become without loss, by what it is."""

_ANY = frozenset({"JSON"})


_WINNERS = "_penstock_winners"


class Table:
    """A stream's table and the staging table beside it, which a crash may leave and the next run drops."""

    def __init__(self, session: Session, name: str, columns: Columns, *, tagged: bool) -> None:
        self._session = session
        self._columns = columns
        self._tagged = tagged
        self.name = quoted(name)
        self.staging = quoted(f"_penstock_staging_{name}")

    def prepare(self) -> None:
        """Make the staging table, and widen the stream's table to the columns where it is there."""
        self._session.execute(f"DROP TABLE IF EXISTS {self.staging}")
        self._session.execute(f"CREATE TABLE {self.staging} ({self._definition(tagged=self._tagged)})")

    def adopt(self) -> None:
        """Fit table and columns to each other: missing columns are added, and of two types the wider one is taken."""
        existing = self._existing()
        if not existing:
            return
        own = {name.lower() for name in (ID, EXTRACTED_AT, META)}
        named = {column.name.lower() for column in self._columns.all}
        for name, kind in existing.values():
            if name.lower() not in named and name.lower() not in own:
                self._columns.add(name, stored_type(str(kind)))
        for column in self._columns.all:
            has = existing.get(column.name.lower())
            if has is None:
                self._add(self.name, column)
            elif str(has[1]) != column.type.sql:
                self._reconcile(column, has[1])

    def create(self) -> None:
        """Make the stream's table where it is not there."""
        self._session.execute(f"CREATE TABLE IF NOT EXISTS {self.name} ({self._definition(tagged=False)})")

    def grow(self, columns: Sequence[Column], *, target: bool) -> None:
        """Add columns to the staging table, and with `target` to the stream's."""
        for column in columns:
            self._add(self.staging, column)
            if target and self._existing():
                self._add(self.name, column)

    def stage(self, rows: Any) -> None:
        """Append an Arrow table to the staging table."""
        names = ", ".join(quoted(name) for name in rows.column_names)
        self._session.stage(self.staging, f"{ID}, {names}", f"uuidv7(), {names}", rows)

    def replace(self) -> None:
        """Put the staging table in the place of the stream's. Call inside a transaction."""
        self._session.execute(f"DROP TABLE IF EXISTS {self.name}")
        self._session.execute(f"ALTER TABLE {self.staging} RENAME TO {self.name}")

    def append(self, covered: Mapping[int, int] | None) -> int:
        """Move what is covered into the stream's table; gives the number of rows. Call inside a transaction."""
        names = self._names()
        where = self._where(covered)
        self._session.execute(
            f"INSERT INTO {self.name} ({names}) SELECT {names} FROM {self.staging} AS s{where}"
        )
        return self._forget(where)

    def merge(self, covered: Mapping[int, int] | None, key: Sequence[str], cursor: str | None) -> int:
        """Move what is covered, one row a key: the furthest cursor value wins, then the later arrival.

        Gives the number of rows moved, before they are made one a key. Call inside a transaction.
        """
        names, keys = self._names(), ", ".join(quoted(column) for column in key)
        where = self._where(covered)
        newest = f"{quoted(cursor)} DESC NULLS LAST, " if cursor else ""
        same = " AND ".join(f"t.{quoted(column)} IS NOT DISTINCT FROM w.{quoted(column)}" for column in key)
        older = f" AND NOT {_is_newer(quoted(cursor))}" if cursor else ""
        also = f", {quoted(cursor)}" if cursor and cursor not in key else ""
        # Only keys and numbers are sorted: whole rows may be wide.
        self._session.execute(
            f"CREATE OR REPLACE TEMP TABLE {_WINNERS} AS SELECT {keys}{also}, {SEQUENCE} FROM {self.staging} AS s"
            f"{where} QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {newest}{SEQUENCE} DESC) = 1"
        )
        self._session.execute(f"DELETE FROM {self.name} AS t USING {_WINNERS} AS w WHERE {same}{older}")
        if cursor:
            self._session.execute(f"DELETE FROM {_WINNERS} AS w USING {self.name} AS t WHERE {same}")
        self._session.execute(
            f"INSERT INTO {self.name} ({names}) SELECT {names} FROM {self.staging} AS s "
            f"SEMI JOIN {_WINNERS} AS w ON s.{SEQUENCE} = w.{SEQUENCE}"
        )
        self._session.execute(f"DROP TABLE {_WINNERS}")
        return self._forget(where)

    def drop_part(self, part: int, after: int) -> None:
        """Forget the rows of a part that came after a sequence number."""
        self._session.execute(f"DELETE FROM {self.staging} WHERE {PART} = {part} AND {SEQUENCE} > {after}")

    def drop_staging(self) -> None:
        """Remove the staging table."""
        self._session.execute(f"DROP TABLE IF EXISTS {self.staging}")

    def count(self) -> int:
        """Rows of the stream's table; 0 where there is none."""
        if not self._existing():
            return 0
        (rows,) = self._session.execute(f"SELECT count(*) FROM {self.name}")[0]
        return int(rows)

    def held(self) -> dict[str, str]:
        """The names of the table's columns for fields, by name in lower case; empty where there is no table."""
        own = {name.lower() for name in (ID, EXTRACTED_AT, META)}
        return {key: name for key, (name, _) in self._existing().items() if key not in own}

    def _definition(self, *, tagged: bool) -> str:
        parts = [f"{quoted(column.name)} {column.type.sql}" for column in self._columns.all]
        parts += [f"{ID} UUID", f"{EXTRACTED_AT} TIMESTAMP WITH TIME ZONE", f"{META} JSON"]
        if tagged:
            parts += [f"{PART} BIGINT", f"{SEQUENCE} BIGINT"]
        return ", ".join(parts)

    def _names(self) -> str:
        own = [ID, EXTRACTED_AT, META]
        return ", ".join([*(quoted(column.name) for column in self._columns.all), *own])

    def _existing(self) -> dict[str, tuple[str, Any]]:
        """The table's columns: by name in lower case, the name and the DuckDB type; empty where there is no table."""
        bare = self.name[1:-1].replace('""', '"')
        found = self._session.execute(
            "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() "
            "AND schema_name = 'main' AND lower(table_name) = lower(?)",
            [bare],
        )
        return (
            {name.lower(): (name, kind) for name, kind in self._session.columns(self.name)} if found else {}
        )

    def _add(self, table: str, column: Column) -> None:
        self._session.execute(
            f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {quoted(column.name)} {column.type.sql}"
        )

    def _reconcile(self, column: Column, has: Any) -> None:
        """Bring a column and its type in the table together; where neither holds the other, both become JSON."""
        stored, wanted = str(has), column.type.sql
        if wanted in _WIDER.get(stored, _ANY) or has_place_for(column.type, has):
            pass
        elif stored in _WIDER.get(wanted, _ANY):
            self._columns.retype(column.field, stored_type(stored))
            return
        else:
            wanted = JSON.sql
            self._columns.retype(column.field, JSON)
            if stored == wanted:
                return
        name = quoted(column.name)
        using = f"to_json({name})" if wanted == "JSON" else f"CAST({name} AS {wanted})"
        self._session.execute(f"ALTER TABLE {self.name} ALTER {name} TYPE {wanted} USING {using}")

    def _where(self, covered: Mapping[int, int] | None) -> str:
        """A condition for the covered rows: of each part, up to a sequence number. None covers all."""
        if covered is None:
            return ""
        pairs = ", ".join(f"({part}, {last})" for part, last in covered.items())
        if not pairs:
            return " WHERE false"
        return (
            f" WHERE EXISTS (FROM (VALUES {pairs}) AS c(part, last) "
            f"WHERE c.part = s.{PART} AND s.{SEQUENCE} <= c.last)"
        )

    def _forget(self, where: str) -> int:
        (gone,) = self._session.execute(f"DELETE FROM {self.staging} AS s{where}")[0]
        return int(gone)


def _is_newer(cursor: str) -> str:
    """A condition: the row of the table is newer than the one that comes; a row without a value is the oldest."""
    return f"coalesce(t.{cursor} > w.{cursor}, t.{cursor} IS NOT NULL AND w.{cursor} IS NULL)"
