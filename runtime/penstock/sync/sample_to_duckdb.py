"""What samples read, in a DuckDB file: tables with the columns that a sync would make."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from penstock.destinations import Part
from penstock.destinations.duckdb.destination import DuckDBDestination, Loaded
from penstock.errors import PenstockError
from penstock.expressions.macros import system_clock
from penstock.http.retry import Interrupted
from penstock.lean import dataclass
from penstock.masking.batch import RawBatch
from penstock.masking.exits import Level
from penstock.masking.masker import Masker
from penstock.records.stream import StreamPlan
from penstock.sync.sample import Sampling

Json = Any


@dataclass(frozen=True, slots=True)
class SamplesLoaded:
    """What came of each stream, and a note for each that is not as a sync would make it."""

    loaded: Mapping[str, Loaded]
    notes: Mapping[str, str]


def samples_to_duckdb(samplings: Iterable[Sampling], path: Path) -> SamplesLoaded:
    """Write the masked records of samples into a new DuckDB file, each stream into the table of its name.

    Nothing is sent: where a schema must be asked for, the records alone tell the types. Raises DestinationError.
    """
    destination = DuckDBDestination(path, lambda plan: "overwrite", _silent, system_clock, time.monotonic)
    notes: dict[str, str] = {}
    try:
        for sampling in samplings:
            try:
                _load(sampling, destination, notes)
            except PenstockError as error:
                notes[sampling.stream] = error.message
    finally:
        destination.close()
    return SamplesLoaded(destination.loaded, notes)


def _load(sampling: Sampling, destination: DuckDBDestination, notes: dict[str, str]) -> None:
    plan = sampling.plan
    if plan is None:
        notes[sampling.stream] = "the stream could not be read"
        return
    again = Masker(())  # they are masked already, and a destination takes what came out of a masker alone
    destination.started(replace(plan, schema=_at_hand(plan, notes), mask=again))
    if left := sampling.left:
        destination.write(again(RawBatch(plan.name, left)), Part(1, ""))
    destination.finished(plan.name, {}, complete=True)


def _at_hand(plan: StreamPlan, notes: dict[str, str]) -> Any:
    try:
        schema = plan.schema()
    except (Interrupted, PenstockError):
        schema = {}
    if not (isinstance(schema, Mapping) and schema.get("properties")):
        notes[plan.name] = "no schema is at hand, so the records alone tell the types"
    return lambda: schema


def _silent(level: Level, text: str) -> None:
    """What happens on the way is in the result."""
