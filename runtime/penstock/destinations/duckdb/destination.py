"""DuckDB as a destination: records in typed tables, and the state that covers them in the same transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from penstock.destinations import Part
from penstock.destinations.duckdb.columns import Columns
from penstock.destinations.duckdb.load import Load, Mode
from penstock.destinations.duckdb.masks import Masks
from penstock.destinations.duckdb.session import Session
from penstock.destinations.duckdb.table import Table
from penstock.destinations.duckdb.types import TEXT
from penstock.errors import DestinationError, PenstockError
from penstock.lean import dataclass
from penstock.masking.batch import MaskedBatch
from penstock.masking.exits import Log
from penstock.records.stream import StreamPlan

Json = Any
_STATE = '"_penstock"."state"'


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of one stream: its mode, rows added, values that did not fit their column, and whether all was read."""

    mode: Mode
    rows: int
    misfits: int
    complete: bool
    total: int


class DuckDBDestination:
    """Loads streams into a DuckDB file, each into the table of its name. `close` it at the end.

    Raises DestinationError where the file is in use, is not DuckDB's, or cannot be written.
    """

    checkpoint_seconds = 5.0

    def __init__(
        self,
        path: str | Path,
        mode_of: Callable[[StreamPlan], Mode],
        log: Log,
        now: Callable[[], dt.datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._mode_of = mode_of
        self._log = log
        self._now = now
        self._monotonic = monotonic
        self._session = Session(Path(path))
        self._session.execute('CREATE SCHEMA IF NOT EXISTS "_penstock"')
        self._session.execute(
            f"CREATE TABLE IF NOT EXISTS {_STATE} "
            "(stream VARCHAR PRIMARY KEY, state JSON, updated_at TIMESTAMP WITH TIME ZONE)"
        )
        self._masks = Masks(self._session)
        self._loads: dict[str, Load] = {}
        self.loaded: dict[str, Loaded] = {}

    def states(self) -> dict[str, Mapping[str, Json]]:
        """The saved state of each stream."""
        rows = self._session.execute(f"SELECT stream, state FROM {_STATE}")
        return {stream: json.loads(blob) for stream, blob in rows}

    def started(self, plan: StreamPlan) -> None:
        """Make the stream's staging table, and fit its table to the schema; say what older rows hold in clear."""
        others = {*self._loads, *self.loaded} - {plan.name}
        clash = next((name for name in others if name.lower() == plan.name.lower()), None)
        if clash is not None:
            raise DestinationError(
                f"the streams {clash} and {plan.name} would share one table: case does not count"
            )
        mode = self._mode_of(plan)
        columns = Columns(plan.schema())
        table = Table(self._session, plan.name, columns, tagged=mode != "overwrite")
        if mode != "overwrite":
            self._masks.warn(plan, columns, table, self._log)
            table.adopt()
        for path in plan.primary_key or ():
            if columns.of(path[0]) is None:
                columns.add(path[0], TEXT)
        table.prepare()
        self._loads[plan.name] = Load(plan, mode, table, columns, self._now, self._monotonic)

    def write(self, batch: MaskedBatch, part: Part) -> None:
        """Take records; they go to the staging table some thousand at a time."""
        self._loads[batch.stream].take(batch.records, part.number)

    def settled(self, stream: str, part: Part) -> None:
        """Note how far the part is covered by the next state."""
        self._loads[stream].settle(part.number)

    def dropped(self, stream: str, part: Part) -> None:
        """Forget what the part wrote beyond what is settled."""
        self._loads[stream].drop(part.number)

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        """Keep the state for the next commit, and commit if the last one is a while ago."""
        load = self._loads[stream]
        load.checkpoint(state)
        if load.is_due:
            self._commit(load)

    def failed(self, stream: str, error: PenstockError) -> None:
        """Say what failed."""
        named = str(error).startswith(f"stream {stream}")
        self._log("ERROR", str(error) if named else f"stream {stream}: {error}")

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        """Commit the rest. A stream that is replaced, or has no cursor, is committed only when it is complete."""
        load = self._loads.pop(stream)
        load.checkpoint(state)
        all_or_nothing = load.mode == "overwrite" or load.plan.cursor is None
        if complete or not all_or_nothing:
            self._commit(load, complete=complete)
        load.table.drop_staging()
        total = load.table.count()
        self.loaded[stream] = Loaded(load.mode, load.rows, load.misfits, complete, total)

    def close(self) -> None:
        """Close the file."""
        self._session.close()

    def _commit(self, load: Load, *, complete: bool = False) -> None:
        """Rows and the state that covers them, in one transaction, with what is masked in these rows."""
        load.flush()
        with self._session.transaction():
            moved = load.move()
            self._session.execute(
                f"INSERT OR REPLACE INTO {_STATE} VALUES (?, ?, ?)",
                [load.plan.name, json.dumps(load.state), self._now()],
            )
            if moved or complete:
                self._masks.keep(load.plan, load.columns)
        load.committed(moved)
