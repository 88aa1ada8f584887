"""Keeps what it is given, for tests and for test reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from penstock.destinations import Part
from penstock.errors import PenstockError
from penstock.masking.batch import MaskedBatch, Record
from penstock.records.stream import StreamPlan

Json = Any


class MemoryDestination:
    """Records, states and errors by stream, each in the order in which they came."""

    checkpoint_seconds = 0.0

    def __init__(self) -> None:
        self.records: dict[str, list[Record]] = defaultdict(list)
        self.states: dict[str, list[Mapping[str, Json]]] = defaultdict(list)
        self.errors: dict[str, list[PenstockError]] = defaultdict(list)
        self.complete: dict[str, bool] = {}

    def started(self, plan: StreamPlan) -> None:
        """Note the stream."""
        self.records[plan.name] = []

    def write(self, batch: MaskedBatch, part: Part) -> None:
        """Keep the records."""
        self.records[batch.stream].extend(batch.records)

    def settled(self, stream: str, part: Part) -> None:
        """Nothing to do: everything is kept."""

    def dropped(self, stream: str, part: Part) -> None:
        """Nothing to do: everything is kept."""

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        """Keep the state."""
        self.states[stream].append(state)

    def failed(self, stream: str, error: PenstockError) -> None:
        """Keep the error."""
        self.errors[stream].append(error)

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        """Keep the last state, and whether all went well."""
        self.states[stream].append(state)
        self.complete[stream] = complete
