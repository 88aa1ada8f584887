"""What becomes of a table's columns when the schema of its stream changes: found on an empty table in memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock.destinations.duckdb.columns import Columns
from penstock.destinations.duckdb.session import Session
from penstock.destinations.duckdb.table import Table

Json = Any


def fitted_columns(old: Json, new: Json) -> Mapping[str, tuple[str, str]]:
    """The DuckDB types of the columns that a schema gives, before and after a table takes another; "" for no column."""
    session = Session(Path(":memory:"))
    try:
        Table(session, "t", Columns(old), tagged=False).create()
        before = {name: str(kind) for name, kind in session.columns('"t"')}
        Table(session, "t", Columns(new), tagged=False).adopt()
        after = {name: str(kind) for name, kind in session.columns('"t"')}
    finally:
        session.close()
    return {
        name: (before.get(name, ""), kind) for name, kind in after.items() if not name.startswith("_penstock")
    }
