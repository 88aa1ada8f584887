"""Reads streams into a destination: the one consumer of what the workers give."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock.destinations import Destination
from penstock.errors import PenstockError, as_told
from penstock.records.state import open_state
from penstock.records.stream import StreamPlan
from penstock.sync.checkpoint import Checkpoint
from penstock.sync.workers import Batch, Event, SliceDone, SliceFailed, Started, StreamDone, Workers

Json = Any


@dataclass(frozen=True, slots=True)
class ReadResult:
    """How a read ended: the streams that failed, each with its first error."""

    failures: Mapping[str, PenstockError]

    @property
    def succeeded(self) -> bool:
        """Whether every stream was read to its end."""
        return not self.failures


def read(
    streams: Sequence[StreamPlan],
    states: Mapping[str, Mapping[str, Json]],
    destination: Destination,
    *,
    concurrency: int,
    monotonic: Callable[[], float],
    stop: threading.Event | None = None,
) -> ReadResult:
    """Read streams side by side, from their saved states, into a destination.

    A slice that fails ends its stream as incomplete; the other slices and streams go on. Raises what the
    destination raises.
    """
    stop = stop or threading.Event()
    consumer = _Consumer(destination, monotonic)
    reading = []
    for plan in streams:
        saved = states.get(plan.name, {})
        try:
            state = open_state(plan, saved)
        except PenstockError as error:
            consumer.refuse(plan, saved, error)
        else:
            reading.append((plan, state))
            consumer.expect(plan, Checkpoint(plan, state, destination, monotonic))
    workers = Workers(reading, concurrency, stop)
    try:
        for event in workers:
            consumer.take(event)
    except BaseException:
        workers.close()
        raise
    return ReadResult(consumer.failures)


class _Consumer:
    def __init__(self, destination: Destination, monotonic: Callable[[], float]) -> None:
        self._destination = destination
        self._monotonic = monotonic
        self._plans: dict[str, StreamPlan] = {}
        self._checkpoints: dict[str, Checkpoint] = {}
        self.failures: dict[str, PenstockError] = {}

    def expect(self, plan: StreamPlan, checkpoint: Checkpoint) -> None:
        self._plans[plan.name] = plan
        self._checkpoints[plan.name] = checkpoint

    def refuse(self, plan: StreamPlan, saved: Mapping[str, Json], error: PenstockError) -> None:
        """A stream that cannot even start keeps the state it had."""
        self.failures[plan.name] = error
        self._destination.started(plan)
        self._destination.failed(plan.name, error)
        self._destination.finished(plan.name, saved, complete=False)

    def take(self, event: Event) -> None:
        match event:
            case Batch(task=task, masked=masked, safe_to=safe_to):
                self._destination.write(masked, task.part)
                if safe_to is not None:
                    self._checkpoints[task.stream].advanced(task.work, task.part, safe_to)
            case SliceDone(task=task, high=high):
                self._checkpoints[task.stream].done(task.work, task.part, high)
            case SliceFailed(stream=stream, task=task, error=error):
                told = as_told(error)
                self.failures.setdefault(stream, told)
                if task is not None:
                    self._checkpoints[stream].failed(task.work, task.part)
                self._destination.failed(stream, told)
            case Started(stream=stream):
                self._destination.started(self._plans[stream])
            case StreamDone(stream=stream, parents=parents):
                complete = stream not in self.failures
                state = self._checkpoints[stream].finish(parents, complete=complete)
                self._destination.finished(stream, state, complete=complete)
