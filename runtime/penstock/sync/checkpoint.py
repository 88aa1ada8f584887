"""When the state of a stream goes out: after the records that it covers, and not too often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from penstock.destinations import Destination, Part
from penstock.records.cursor import Position
from penstock.records.state import StreamState, Work
from penstock.records.stream import ParentsRead, StreamPlan

Json = Any


class Checkpoint:
    """The state of one stream on its way to the destination. Lives on the consumer's thread."""

    def __init__(
        self, plan: StreamPlan, state: StreamState, destination: Destination, monotonic: Callable[[], float]
    ) -> None:
        self._name = plan.name
        self._partitioned = plan.retriever.router is not None
        self._state = state
        self._destination = destination
        self._monotonic = monotonic
        self._started = monotonic()
        self._last: float | None = None
        self._finished: dict[str, dict[int, Part]] = defaultdict(dict)
        self._next: dict[str, int] = defaultdict(int)

    def advanced(self, work: Work, part: Part, high: Position) -> None:
        """Records of an ordered slice were written, up to `high`."""
        self._state.advanced(work, high)
        self._destination.settled(self._name, part)
        self._send(throttled=True)

    def done(self, work: Work, part: Part, high: Position | None) -> None:
        """A slice was written to its end. It is settled once the state covers it: after all that were planned before."""
        changed = self._state.done(work, high)
        self._settle(work, part)
        if changed:
            self._send(throttled=self._partitioned)

    def skipped(self, work: Work, part: Part) -> None:
        """There is nothing to read of a slice: those after it can be settled, but the state stays before it."""
        self._state.failed(work)
        self._settle(work, part)

    def failed(self, work: Work, part: Part) -> None:
        """A slice could not be read to its end."""
        self._state.failed(work)
        self._destination.dropped(self._name, part)

    def finish(self, parents: ParentsRead | None, *, complete: bool) -> Mapping[str, Json]:
        """Every slice was tried; gives the last state."""
        if complete:
            self._state.finish(parents, self._monotonic() - self._started)
        return self._state.dump()

    def _settle(self, work: Work, part: Part) -> None:
        """Settle the finished slices of a partition, up to the first that is not finished."""
        finished = self._finished[work.partition]
        finished[work.index] = part
        while (ready := finished.pop(self._next[work.partition], None)) is not None:
            self._next[work.partition] += 1
            self._destination.settled(self._name, ready)
        if self._partitioned and self._next[work.partition] == work.of:
            del self._finished[work.partition], self._next[work.partition]

    def _send(self, *, throttled: bool) -> None:
        now = self._monotonic()
        if throttled and self._last is not None and now - self._last < self._destination.checkpoint_seconds:
            return
        self._last = now
        self._destination.checkpoint(self._name, self._state.dump())
