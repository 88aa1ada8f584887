"""The state of one stream: what is read so far, folded from finished slices, in the shapes the protocol saves.

Each object is used by one thread. `work` alone may run in another: it only reads what was saved before the run.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from penstock.errors import ConfigError
from penstock.expressions.scope import Slice
from penstock.lean import dataclass
from penstock.records.cursor import Cursor, Position, Progress, Window
from penstock.records.stream import ParentsRead, Partition, Router, StreamPlan, WindowTest, traits_of

Json = Any

NO_CURSOR: Mapping[str, Json] = {"__ab_no_cursor_state_message": True}
"""The state of a stream without a cursor (Airbyte protocol convention)."""

MOST_PARTITIONS = 10_000
"""Past this many partitions a stream keeps one position for all of them."""


@dataclass(frozen=True, slots=True)
class Work:
    """One slice to read.

    A partition's slices share `partition` and `number`; `of` is how many there are, `index` the place among them, oldest
    first.
    `idle` marks a partition in which nothing is left to read: there is no slice, only the partition to note. One that
    is `skipped` is not read now: the state goes no further, so that it is asked for again.
    """

    slice: Slice
    window: Window
    test: WindowTest | None
    partition: str = ""
    number: int = 0
    of: int = 1
    index: int = 0
    started_at: Progress = None
    parent_state: Mapping[str, Json] | None = None
    idle: bool = False
    skipped: bool = False


class StreamState(Protocol):
    """What is read of one stream."""

    def work(self) -> Iterator[Work | ParentsRead]:
        """Plan the slices that are left."""
        ...

    def advanced(self, work: Work, high: Position) -> None:
        """A part of an ordered slice is safe at the destination."""
        ...

    def done(self, work: Work, high: Position | None) -> bool:
        """A slice is safe at the destination; tells whether that changed what `dump` gives."""
        ...

    def failed(self, work: Work) -> None:
        """A slice could not be read to its end."""
        ...

    def finish(self, parents: ParentsRead | None, seconds: float) -> None:
        """Every slice was planned and tried; the run of the stream took this long."""
        ...

    def dump(self) -> Mapping[str, Json]:
        """The state to save."""
        ...


def open_state(plan: StreamPlan, saved: Mapping[str, Json]) -> StreamState:
    """The state of a stream at the start of a run; `saved` is `{}` for none. Raises ConfigError."""
    router = plan.retriever.router
    if plan.cursor is None:
        return _WithoutCursor(router, NO_CURSOR if saved else {})
    try:
        if router is None:
            return _Unpartitioned(plan.cursor, saved)
        return _Partitioned(plan.cursor, router, saved)
    except (AttributeError, KeyError, TypeError, ValueError):  # it comes from outside, and may be anything
        raise ConfigError(
            f"stream {plan.name}: the saved state is not of a shape that Penstock or Airbyte writes",
            hint="start again without the state",
        ) from None


class _WithoutCursor:
    def __init__(self, router: Router | None, saved: Mapping[str, Json]) -> None:
        self._router = router
        self._saved = saved

    def work(self) -> Iterator[Work | ParentsRead]:
        if self._router is None:
            yield Work(Slice(), {}, None)
            return
        for partition in self._router.partitions(self._saved):
            if isinstance(partition, Partition):
                yield Work(partition.slice(), {}, None)

    def advanced(self, work: Work, high: Position) -> None:
        pass

    def done(self, work: Work, high: Position | None) -> bool:
        return False

    def failed(self, work: Work) -> None:
        pass

    def finish(self, parents: ParentsRead | None, seconds: float) -> None:
        pass

    def dump(self) -> Mapping[str, Json]:
        return NO_CURSOR


class _Unpartitioned:
    def __init__(self, cursor: Cursor, saved: Mapping[str, Json]) -> None:
        self._cursor = cursor
        self._start = self._progress = cursor.open(saved)

    def work(self) -> Iterator[Work | ParentsRead]:
        test = _test(self._cursor, self._start)
        for index, window in enumerate(self._cursor.windows(self._start)):
            yield Work(Slice(None, window), window, test, index=index)

    def advanced(self, work: Work, high: Position) -> None:
        self._progress = self._cursor.advance(self._progress, high)

    def done(self, work: Work, high: Position | None) -> bool:
        self._progress = self._cursor.close(self._progress, work.window, high)
        return True

    def failed(self, work: Work) -> None:
        pass

    def finish(self, parents: ParentsRead | None, seconds: float) -> None:
        pass

    def dump(self) -> Mapping[str, Json]:
        return self._cursor.dump(self._progress)


@dataclass(slots=True)
class _Open:
    """A partition of this run: its progress and the number of slices not yet done."""

    progress: Progress
    left: int


class _Partitioned:
    """One progress a partition; or, past MOST_PARTITIONS or where the cursor says so, one for all."""

    def __init__(self, cursor: Cursor, router: Router, saved: Mapping[str, Json]) -> None:
        self._cursor = cursor
        self._router = router
        one_for_all = cursor.one_for_all or traits_of(router).one_for_all
        self._saved = _SavedPartitions.read(cursor, saved, one_for_all=one_for_all)
        self._use_global = self._saved.use_global
        self._carried = dict(self._saved.states)
        self._open: dict[str, _Open] = {}
        self._closed = _LowWater()
        self._failed = False
        self._global_high: Position | None = None
        self._global: Mapping[str, Json] | None = self._saved.global_blob
        self._lookback = self._saved.lookback
        self._parent_states: dict[int, Mapping[str, Json]] = {}
        self._parent_state = self._saved.parent_state

    def work(self) -> Iterator[Work | ParentsRead]:
        seen: set[str] = set()
        number = 0
        for partition in self._router.partitions(self._saved.blob):
            if isinstance(partition, ParentsRead):
                yield partition
                continue
            key = _canonical(partition.key)
            if key in seen:
                continue
            seen.add(key)
            start = self._saved.start_of(key)
            test = _test(self._cursor, start)
            windows = list(self._cursor.windows(start))
            # a first page that the parent holds is one of a request without a window
            part = replace(partition, first_page=None) if len(windows) > 1 else partition
            for index, window in enumerate(windows or [{}]):
                yield Work(
                    part.slice(window),
                    window,
                    test,
                    key,
                    number,
                    max(len(windows), 1),
                    index,
                    start,
                    partition.parent_state,
                    idle=not windows,
                )
            number += 1

    def advanced(self, work: Work, high: Position) -> None:
        entry = self._enter(work)
        entry.progress = self._cursor.advance(entry.progress, high)

    def done(self, work: Work, high: Position | None) -> bool:
        entry = self._enter(work)
        if not work.idle:
            entry.progress = self._cursor.close(entry.progress, work.window, high)
            if high is not None and (self._global_high is None or high > self._global_high):
                self._global_high = high
        entry.left -= 1
        if entry.left:
            return False
        self._closed.add(work.number)
        while self._parent_states and min(self._parent_states) <= self._closed.mark:
            self._parent_state = self._parent_states.pop(min(self._parent_states))
        if self._use_global:
            self._open.pop(work.partition, None)
            return self._parent_state is not None
        return True

    def failed(self, work: Work) -> None:
        self._enter(work)
        self._failed = True

    def finish(self, parents: ParentsRead | None, seconds: float) -> None:
        if self._failed or self._closed.has_gaps:
            return
        self._parent_state = parents.parent_state if parents is not None else None
        if self._global_high is not None:
            before = self._global
            fresh = self._cursor.dump(
                self._cursor.advance(self._cursor.open(before or {}), self._global_high)
            )
            self._global = fresh
            self._lookback = max(1, math.ceil(seconds))

    def dump(self) -> Mapping[str, Json]:
        made: dict[str, Json] = {"use_global_cursor": self._use_global}
        if not self._use_global:
            progresses = {**self._carried, **{key: entry.progress for key, entry in self._open.items()}}
            made["states"] = [
                {"partition": json.loads(key), "cursor": self._cursor.dump(progress)}
                for key, progress in progresses.items()
            ]
        if self._global is not None:
            made["state"] = self._global
        made["lookback_window"] = self._lookback
        if self._parent_state is not None:
            made["parent_state"] = self._parent_state
        return made

    def _enter(self, work: Work) -> _Open:
        entry = self._open.get(work.partition)
        if entry is None:
            entry = self._open[work.partition] = _Open(work.started_at, work.of)
            if work.parent_state is not None:
                self._parent_states[work.number] = work.parent_state
            if len(self._open) > MOST_PARTITIONS:
                self._use_global = True
        return entry


class _LowWater:
    """Which numbers 0, 1, 2, … are in, however they come. `mark` is the first that is not."""

    def __init__(self) -> None:
        self.mark = 0
        self._beyond: set[int] = set()

    def add(self, number: int) -> None:
        self._beyond.add(number)
        while self.mark in self._beyond:
            self._beyond.discard(self.mark)
            self.mark += 1

    @property
    def has_gaps(self) -> bool:
        return bool(self._beyond)


@dataclass(frozen=True, slots=True)
class _SavedPartitions:
    """What was saved of a partitioned stream, before the run."""

    blob: Mapping[str, Json]
    use_global: bool
    states: Mapping[str, Progress]
    global_blob: Mapping[str, Json] | None
    global_start: Progress
    lookback: int
    parent_state: Mapping[str, Json] | None

    @classmethod
    def read(cls, cursor: Cursor, saved: Mapping[str, Json], *, one_for_all: bool) -> _SavedPartitions:
        """Read a saved state; one of a stream that had no partitions holds for all of them."""
        is_plain = bool(saved) and "states" not in saved and "state" not in saved
        reached = saved if is_plain else saved.get("state") or {}
        if "state_type" in reached:
            reached = cursor.dump(cursor.open(reached))
        value = reached.get(cursor.field)
        global_blob = {cursor.field: value} if value is not None else None
        lookback = 0 if is_plain else int(saved.get("lookback_window") or 0)
        start = cursor.open(global_blob or {})
        return cls(
            blob=saved,
            use_global=saved.get("use_global_cursor", False) if saved and not is_plain else one_for_all,
            states={_canonical(s["partition"]): cursor.open(s["cursor"]) for s in saved.get("states") or ()},
            global_blob=global_blob,
            global_start=cursor.earlier(start, lookback),
            lookback=lookback,
            parent_state=saved.get("parent_state"),
        )

    def start_of(self, key: str) -> Progress:
        """Where a partition begins: at its own progress, or a little before that of all."""
        return self.states.get(key, self.global_start)


def _test(cursor: Cursor, progress: Progress) -> WindowTest | None:
    if not cursor.filters_here and not cursor.ends_paging:
        return None
    belongs: Callable[[dict[str, Json]], bool] = cursor.belongs(progress)
    return WindowTest(belongs, cursor.ends_paging)


def _canonical(partition: Mapping[str, Json]) -> str:
    return json.dumps(partition, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
