"""Reads streams into a destination: the one consumer of what the workers give."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.destinations import Destination
from penstock.errors import ConfigError, PenstockError, StreamError, as_told
from penstock.lean import dataclass
from penstock.masking.policy import NO_POLICY, Masking
from penstock.records.ahead import Ahead
from penstock.records.state import open_state
from penstock.records.stream import StreamPlan
from penstock.sync.checkpoint import Checkpoint
from penstock.sync.sealing import Sealing
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
    redact: Callable[[str], str] = str,
    ahead: Ahead | None = None,
    masking: Masking = NO_POLICY,
) -> ReadResult:
    """Read streams side by side, from their saved states, into a destination.

    A slice that fails ends its stream as incomplete; the other slices and streams go on. Errors are redacted before
    anyone hears of them. `ahead` is where routers put what idle workers may help with. `masking` opens the saved
    states, seals those that the destination is given, and writes its report at the end. Raises what the destination raises.
    """
    stop = stop or threading.Event()
    destination = Sealing(destination, masking)
    consumer = _Consumer(destination, redact)
    reading = []
    for declared in streams:
        saved = states.get(declared.name, {})
        try:
            plan, opened = declared.resumed(masking.opened(saved))
            state = open_state(plan, opened)
        except PenstockError as error:
            consumer.refuse(declared, saved, error)
        else:
            reading.append((plan, state))
            consumer.expect(plan, Checkpoint(plan, state, destination, monotonic))
    workers = Workers(reading, concurrency, stop, ahead)
    try:
        for event in workers:
            consumer.take(event)
    except BaseException:
        workers.close()
        raise
    finally:
        masking.close()
    return ReadResult(consumer.failures)


class _Consumer:
    def __init__(self, destination: Destination, redact: Callable[[str], str]) -> None:
        self._destination = destination
        self._redact = redact
        self._plans: dict[str, StreamPlan] = {}
        self._checkpoints: dict[str, Checkpoint] = {}
        self._unable: set[str] = set()
        self.failures: dict[str, PenstockError] = {}

    def expect(self, plan: StreamPlan, checkpoint: Checkpoint) -> None:
        self._plans[plan.name] = plan
        self._checkpoints[plan.name] = checkpoint

    def refuse(self, plan: StreamPlan, saved: Mapping[str, Json], error: PenstockError) -> None:
        """A stream that cannot even start keeps the state it had."""
        told = self.failures[plan.name] = as_told(error, self._redact)
        self._destination.started(plan)
        self._destination.failed(plan.name, told)
        self._destination.finished(plan.name, saved, complete=False)

    def _start(self, plan: StreamPlan) -> None:
        """Tell the destination of a stream; one whose schema cannot be had is not read into it."""
        try:
            self._destination.started(plan)
        except (ConfigError, StreamError) as error:
            self._unable.add(plan.name)
            told = self.failures[plan.name] = as_told(error, self._redact)
            self._destination.failed(plan.name, told)

    def take(self, event: Event) -> None:
        if event.stream in self._unable:
            return
        match event:
            case Batch(task=task, masked=masked, safe_to=safe_to):
                self._destination.write(masked, task.part)
                if safe_to is not None:
                    self._checkpoints[task.stream].advanced(task.work, task.part, safe_to)
            case SliceDone(task=task) if task.work.skipped:
                self._checkpoints[task.stream].skipped(task.work, task.part)
            case SliceDone(task=task, high=high):
                self._checkpoints[task.stream].done(task.work, task.part, high)
            case SliceFailed(stream=stream, task=task, error=error):
                told = as_told(error, self._redact)
                self.failures.setdefault(stream, told)
                if task is not None:
                    self._checkpoints[stream].failed(task.work, task.part)
                self._destination.failed(stream, told)
            case Started(stream=stream):
                self._start(self._plans[stream])
            case StreamDone(stream=stream, parents=parents):
                complete = stream not in self.failures
                state = self._checkpoints[stream].finish(parents, complete=complete)
                self._destination.finished(stream, state, complete=complete)
