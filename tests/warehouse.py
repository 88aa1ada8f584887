"""DuckDB files for tests: loaded by a destination, or by `penstock sync` in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.command import PROCESS

from penstock.destinations import Part
from penstock.destinations.duckdb.destination import DuckDBDestination
from penstock.records.cursor import Record
from penstock.records.stream import StreamPlan
from penstock.testing.streams import batch

Json = Any
ENOUGH_SECONDS = 120


@dataclass(frozen=True)
class Warehouse:
    """A folder with a manifest and the DuckDB file that its streams are loaded into."""

    folder: Path

    @property
    def path(self) -> Path:
        """The DuckDB file."""
        return self.folder / "warehouse.duckdb"

    def start(
        self, manifest: str, *options: str, config: Mapping[str, Json] | None = None
    ) -> subprocess.Popen[str]:
        """Start `penstock sync`; what it says is in pipes."""
        (self.folder / "manifest.yaml").write_text(textwrap.dedent(manifest))
        (self.folder / "config.json").write_text(json.dumps(config or {}))
        files = ["manifest.yaml", "--config", "config.json", "--to", str(self.path)]
        return subprocess.Popen(
            [*PROCESS, "sync", *files, *options],
            cwd=self.folder,
            env={**os.environ, "NO_PROXY": "127.0.0.1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def sync(self, manifest: str, *options: str, config: Mapping[str, Json] | None = None) -> Ended:
        """Run `penstock sync` to its end."""
        return ended(self.start(manifest, *options, config=config))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the file, which nobody may be writing."""
        return query(self.path, sql)

    def state(self, stream: str) -> Json:
        """The saved state of a stream; None where there is none."""
        rows = self.query(f"SELECT state FROM _penstock.state WHERE stream = '{stream}'")
        return json.loads(rows[0][0]) if rows else None

    def tables(self) -> list[str]:
        """Names of the tables that a user sees, in order."""
        return [
            name
            for (name,) in self.query(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1"
            )
        ]


@dataclass(frozen=True)
class Ended:
    """How a process ended and what it said. A negative code is the number of the signal that killed it."""

    code: int
    out: str
    err: str


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for a process to end."""
    with process:
        out, err = process.communicate(timeout=ENOUGH_SECONDS)
    return Ended(process.returncode, out, err)


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a DuckDB file, which nobody may be writing."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def load(destination: DuckDBDestination, plan: StreamPlan, *records: Record, complete: bool = True) -> None:
    """Load all records of a stream as one part; the state is `{"at": number of records}`."""
    part = Part(1, "")
    destination.started(plan)
    if records:
        destination.write(batch(plan.name, *records), part)
        destination.settled(plan.name, part)
    destination.finished(plan.name, {"at": len(records)}, complete=complete)
    destination.close()


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """A folder without a DuckDB file yet."""
    return Warehouse(tmp_path)
