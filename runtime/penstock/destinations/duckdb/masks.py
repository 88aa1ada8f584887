"""Which fields of each stream were masked when its rows came, so that it is told where older rows hold them in clear."""

from __future__ import annotations

import json

from penstock.destinations.duckdb.columns import Columns
from penstock.destinations.duckdb.session import Session
from penstock.destinations.duckdb.table import Table
from penstock.hints import listed
from penstock.masking.coverage import path_text
from penstock.masking.exits import Log
from penstock.masking.field_paths import FieldPath
from penstock.masking.shape import MOST_KEYS, is_plain_key
from penstock.records.stream import StreamPlan

_MASKS = '"_penstock"."masks"'


class Masks:
    """The masked fields of each stream at the last commit. Of a file from before they were kept, none is known."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._noted: dict[str, int] = {}
        """How many columns each stream had when its masks were noted: they change with these alone."""
        session.execute(f"CREATE TABLE IF NOT EXISTS {_MASKS} (stream VARCHAR PRIMARY KEY, masked JSON)")

    def keep(self, plan: StreamPlan, columns: Columns) -> None:
        """Note what is masked in the rows that are committed. Call inside the transaction."""
        if self._noted.get(plan.name) == len(columns.all):
            return
        masked = sorted(path_text(path) for path in plan.mask.hidden(column.field for column in columns.all))
        self._session.execute(
            f"INSERT OR REPLACE INTO {_MASKS} VALUES (?, ?)", [plan.name, json.dumps(masked)]
        )
        self._noted[plan.name] = len(columns.all)

    def warn(self, plan: StreamPlan, columns: Columns, table: Table, log: Log) -> None:
        """Say which fields are masked from now on, where rows of the table hold them otherwise. Call before the table is fitted."""
        held = table.held() if table.count() else {}
        if not held:
            return
        newly = self._newly_masked(plan, columns, held)
        if newly:
            plain = [path for path in newly if all(is_plain_key(step.name or "x") for step in path)]
            told = listed(path_text(path) for path in plain[:MOST_KEYS])
            left = len(newly) - len(plain[:MOST_KEYS])
            more = f"{' and ' if told else ''}{left} more" if left else ""
            log(
                "WARN",
                f"stream {plan.name}: masked from now on: {told}{more}; older rows hold them as they came then, until a "
                "sync with --full-refresh replaces them",
            )

    def _newly_masked(self, plan: StreamPlan, columns: Columns, held: dict[str, str]) -> list[FieldPath]:
        rows = self._session.execute(f"SELECT masked FROM {_MASKS} WHERE stream = ?", [plan.name])
        before = set(json.loads(rows[0][0])) if rows else set()

        def is_held(path: FieldPath) -> bool:
            column = columns.of(path[0].name)
            name = column.name if column is not None else path[0].name
            return path[0].kind == "name" and name.lower() in held

        return [
            path
            for path in plan.mask.hidden(held.values())
            if is_held(path) and path_text(path) not in before
        ]
