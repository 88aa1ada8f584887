"""Threads over slices: each takes the next slice of some stream, reads it, masks it and hands it over.

A stream's slices are planned one at a time, by whichever worker is free, so nothing piles up; planning may itself
read (the parents of a substream). The queue to the one consumer is bounded in batches: who reads too fast waits.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from penstock.destinations import Part
from penstock.http.retry import Interrupted
from penstock.lean import dataclass
from penstock.masking.batch import MaskedBatch, RawBatch
from penstock.records.ahead import Ahead
from penstock.records.cursor import Position
from penstock.records.jobs import ready_slices
from penstock.records.state import StreamState, Work
from penstock.records.stream import ParentsRead, StreamPlan

PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Started:
    """A stream is about to be read."""

    stream: str


@dataclass(frozen=True, slots=True)
class Task:
    """A slice of a stream on its way through a worker."""

    stream: str
    work: Work
    part: Part


@dataclass(frozen=True, slots=True)
class Batch:
    """Masked records of a slice. `safe_to` is how far an ordered slice is read once they are written."""

    task: Task
    masked: MaskedBatch
    safe_to: Position | None

    @property
    def stream(self) -> str:
        """The stream's name."""
        return self.task.stream


@dataclass(frozen=True, slots=True)
class SliceDone:
    """A slice is read to its end; `high` is the furthest cursor position seen in it."""

    task: Task
    high: Position | None

    @property
    def stream(self) -> str:
        """The stream's name."""
        return self.task.stream


@dataclass(frozen=True, slots=True)
class SliceFailed:
    """A slice, or with `task` None the planning of slices, failed."""

    stream: str
    task: Task | None
    error: Exception


@dataclass(frozen=True, slots=True)
class StreamDone:
    """Every slice of a stream was tried; nothing more of it follows."""

    stream: str
    parents: ParentsRead | None


Event = Started | Batch | SliceDone | SliceFailed | StreamDone


class _Reading:
    """One stream while it is read."""

    def __init__(self, plan: StreamPlan, state: StreamState) -> None:
        self.plan = plan
        self.slices: Iterator[Work | ParentsRead] = ready_slices(plan, state)
        self.planning = False
        self.exhausted = False
        self.begun = False
        self.started = False
        self.active = 0
        self.planned = 0
        self.parents: ParentsRead | None = None

    @property
    def is_active(self) -> bool:
        """Whether it has begun and is not yet done."""
        return self.begun and not (self.exhausted and not self.active)


class Workers:
    """A pool that reads streams; iterate it for their events. Close it to stop early."""

    def __init__(
        self,
        streams: Sequence[tuple[StreamPlan, StreamState]],
        count: int,
        stop: threading.Event,
        ahead: Ahead | None = None,
    ) -> None:
        self._readings = [_Reading(plan, state) for plan, state in streams]
        self._turn = threading.Condition()
        self._turns = 0
        self._events: queue.Queue[Event | None] = queue.Queue(maxsize=2 * count)
        self._stop = stop
        self._ahead = ahead or Ahead()
        self._ahead.wakes(self._wake)
        self._threads = [
            threading.Thread(
                target=contextvars.copy_context().run,
                args=(self._run,),
                name=f"penstock-worker-{i}",
                daemon=True,
            )
            for i in range(count)
        ]

    def __iter__(self) -> Iterator[Event]:
        """Start the workers and give their events until all streams are done."""
        for thread in self._threads:
            thread.start()
        running = len(self._threads)
        while running:
            event = self._events.get()
            if event is None:
                running -= 1
            else:
                yield event

    def close(self) -> None:
        """Stop: slices end at their next batch, what is queued is thrown away.

        A worker that waits for an answer is left behind after PATIENCE_SECONDS: it hands over nothing any more.
        """
        self._stop.set()
        self._wake()
        patience = time.monotonic() + PATIENCE_SECONDS
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < patience:
            try:
                self._events.get(timeout=0.05)
            except queue.Empty:
                continue

    def _run(self) -> None:
        try:
            while (reading := self._next_to_plan()) is not None:
                self._plan_and_read(reading)
        except Interrupted:
            self._wake()  # the others look up, and see that the run is stopped
        finally:
            self._put(None)

    def _next_to_plan(self) -> _Reading | None:
        """Take the turn of planning the next slice of the first stream that no one plans; None when all are done.

        While all are planned by others, help with what their planning reads, or wait.
        """
        while not self._stop.is_set():
            with self._turn:
                left = [reading for reading in self._readings if not reading.exhausted]
                left.sort(key=lambda reading: not reading.begun)  # whose jobs run must come to see them end
                if not left:
                    return None
                free = next((r for r in left if not r.planning and self._may_begin(r)), None)
                if free is not None:
                    free.planning = free.begun = True
                    return free
                turns = self._turns
            if not self._ahead.help():
                with self._turn:
                    if self._turns == turns and not self._stop.is_set():
                        self._turn.wait()
        return None

    def _wake(self) -> None:
        """Let those who wait look again."""
        with self._turn:
            self._turns += 1
            self._turn.notify_all()

    def _may_begin(self, reading: _Reading) -> bool:
        """Whether no other stream of its groups is being read."""
        groups = reading.plan.groups
        return reading.begun or not any(groups & r.plan.groups for r in self._readings if r.is_active)

    def _plan_and_read(self, reading: _Reading) -> None:
        if not reading.started:
            reading.started = True
            self._put(Started(reading.plan.name))
        task = self._plan(reading)
        if task is None:
            return
        self._read(reading.plan, task)  # one that is interrupted has not left: its stream is not done
        self._leave(reading)

    def _plan(self, reading: _Reading) -> Task | None:
        """The stream's next slice; None at the end."""
        task: Task | None = None
        try:
            for item in reading.slices:
                if isinstance(item, Work):
                    reading.planned += 1
                    task = Task(reading.plan.name, item, Part(reading.planned, _label(item)))
                    break
                reading.parents = item
        except Interrupted:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails belongs to this stream
            self._put(SliceFailed(reading.plan.name, None, error))
        with self._turn:
            reading.planning = False
            if task is None:
                reading.exhausted = True
            else:
                reading.active += 1
            is_last = reading.exhausted and not reading.active
            self._wake()
        if is_last:
            self._put(StreamDone(reading.plan.name, reading.parents))
        return task

    def _leave(self, reading: _Reading) -> None:
        with self._turn:
            reading.active -= 1
            is_last = reading.exhausted and not reading.active
            if is_last:
                self._wake()  # streams of its groups may begin
        if is_last:
            self._put(StreamDone(reading.plan.name, reading.parents))

    def _read(self, plan: StreamPlan, task: Task) -> None:
        cursor, work = plan.cursor, task.work
        high: Position | None = None
        try:
            batches = iter(()) if work.idle or work.skipped else plan.retriever.read(work.slice, work.test)
            for records in batches:
                if not records:
                    continue
                if cursor is not None:
                    reached = cursor.highest(records)
                    if reached is not None and (high is None or cursor.ordered or reached > high):
                        high = reached
                masked = plan.mask(RawBatch(plan.name, records))
                self._put(Batch(task, masked, high if cursor is not None and cursor.ordered else None))
        except Interrupted:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails belongs to this slice
            self._put(SliceFailed(plan.name, task, error))
        else:
            self._put(SliceDone(task, high))

    def _put(self, event: Any) -> None:
        """Hand over an event; waits while the queue is full. Raises Interrupted when the run is stopped."""
        while True:
            try:
                self._events.put(event, timeout=0.5)
            except queue.Full:
                if self._stop.is_set() and event is not None:
                    raise Interrupted from None
            else:
                if self._stop.is_set() and event is not None:
                    raise Interrupted
                return


def _label(work: Work) -> str:
    """The window of a slice, which may be shown; a partition's key may not."""
    return " to ".join(str(value) for value in work.window.values())
