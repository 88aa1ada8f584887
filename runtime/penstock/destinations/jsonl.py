"""Standard output as a destination: the messages of a `read`, one JSON object a line, in the protocol's order."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from penstock.destinations import Part
from penstock.errors import PenstockError
from penstock.masking.batch import MaskedBatch
from penstock.protocol import messages
from penstock.protocol.messages import StreamStatus
from penstock.protocol.stdio import Printer
from penstock.records.stream import StreamPlan

Json = Any


class ProtocolDestination:
    """Prints RECORD, STATE and TRACE messages."""

    checkpoint_seconds = 600.0

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._records: Counter[str] = Counter()
        self._since_state: Counter[str] = Counter()
        self._running: set[str] = set()

    def started(self, plan: StreamPlan) -> None:
        """Print STARTED."""
        self._printer.log("INFO", f"Syncing stream: {plan.name}")
        self._status(plan.name, "STARTED")

    def write(self, batch: MaskedBatch, part: Part) -> None:
        """Print the records, and RUNNING before the first of them."""
        if batch.stream not in self._running:
            self._running.add(batch.stream)
            self._status(batch.stream, "RUNNING")
        self._printer.records(batch)
        self._records[batch.stream] += len(batch.records)
        self._since_state[batch.stream] += len(batch.records)

    def settled(self, stream: str, part: Part) -> None:
        """Nothing to do: what was written is gone."""

    def dropped(self, stream: str, part: Part) -> None:
        """Nothing to do: what was written is gone."""

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        """Print STATE with the number of records since the one before."""
        self._printer.message(messages.state(stream, state, self._since_state.pop(stream, 0)))

    def failed(self, stream: str, error: PenstockError) -> None:
        """Print the error of a part of the stream."""
        now = time.time_ns() // 1_000_000
        self._printer.message(
            messages.trace_error(error.message, error.failure_type, now, internal=error.hint, stream=stream)
        )

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        """Print COMPLETE or INCOMPLETE, then the last STATE."""
        self._printer.log("INFO", f"Read {self._records[stream]} records from {stream} stream")
        self._status(stream, "COMPLETE" if complete else "INCOMPLETE")
        self.checkpoint(stream, state)

    def rate_limited(self, stream: str) -> None:
        """Print RUNNING with the reason that the API throttles. Safe from any thread."""
        self._printer.message(messages.stream_status(stream, "RUNNING", _now_ms(), rate_limited=True))

    def missing(self, stream: str) -> None:
        """Print INCOMPLETE for a stream that the catalog names and the source does not have."""
        self._status(stream, "INCOMPLETE")

    def _status(self, stream: str, status: StreamStatus) -> None:
        self._printer.message(messages.stream_status(stream, status, _now_ms()))


def _now_ms() -> float:
    return time.time_ns() / 1_000_000
