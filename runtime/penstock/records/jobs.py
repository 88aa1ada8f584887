"""Jobs of an API: created for a slice, asked about until they are done, and only then read.

`run_jobs` stands between the slices of a stream and whoever reads them: slices come out in the order in which their
jobs end. It runs as many jobs at once as all streams of the run may, and creates again what failed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any, Literal, Protocol, runtime_checkable

from penstock.errors import PenstockError, RequestError
from penstock.expressions.scope import Slice
from penstock.lean import dataclass
from penstock.masking.exits import Log
from penstock.records.resources import Resources
from penstock.records.state import StreamState, Work
from penstock.records.stream import ParentsRead, Retriever, StreamPlan

Json = Any
Status = Literal["running", "completed", "failed", "timeout", "skipped"]

POLL_SECONDS = 5.0
"""Between two questions about one job."""

MOST_ATTEMPTS = 3
"""How often a slice's job is created, when it fails."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the API said of a job: `said` is what templates read of it, `targets` what there is to download."""

    said: Mapping[str, Json] = field(default_factory=dict)
    targets: tuple[Json, ...] = ()


class JobSlice(Slice):
    """A slice whose job has ended. `targets` is what to download; `error` says why there is nothing to read."""

    __slots__ = ("error", "targets")

    def __init__(
        self, of: Slice, created: Answered, polled: Answered, error: PenstockError | None = None
    ) -> None:
        told = {"creation_response": created.said, "polling_response": polled.said}
        super().__init__(of.partition, of.cursor_slice, {**of.extra_fields, **told})
        self.targets = polled.targets
        self.error = error


class JobApi(Protocol):
    """The jobs of one stream, as its API offers them."""

    def create(self, slice_: Slice) -> Answered:
        """Ask for a job. Raises StreamError."""
        ...

    def poll(self, slice_: Slice, created: Answered) -> tuple[Status, Answered]:
        """Ask how a job stands. Raises StreamError."""
        ...

    def abort(self, slice_: Slice, created: Answered) -> None:
        """Tell the API that a job is not wanted any more. Raises StreamError."""
        ...


@runtime_checkable
class Gathers(Protocol):
    """A retriever that has something prepared for each slice, and reads those first that are ready first."""

    def gather(self, slices: Iterator[Work | ParentsRead]) -> Iterator[Work | ParentsRead]:
        """Give the slices as they become ready."""
        ...


def ready_slices(plan: StreamPlan, state: StreamState) -> Iterator[Work | ParentsRead]:
    """The slices of a stream; those that need preparing, in the order in which they are ready."""
    return gathered(plan.retriever, state.work())


def gathered(retriever: Retriever, slices: Iterator[Work | ParentsRead]) -> Iterator[Work | ParentsRead]:
    """The slices as their retriever wants them."""
    return retriever.gather(slices) if isinstance(retriever, Gathers) else slices


class JobSlots:
    """How many jobs may run at once, over all streams of a run. Safe to use from any thread."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take a slot, if one is free."""
        with self._lock:
            if self._free < 1:
                return False
            self._free -= 1
            return True

    def give_back(self) -> None:
        """A job has ended."""
        with self._lock:
            self._free += 1


def share_job_limit(using: Resources, limit: int) -> None:
    """Set how many jobs may run at once, for the streams that are built after this; it is one where it is not set."""
    using.shared.once(JobSlots, lambda: limit)


def job_slots(using: Resources) -> JobSlots:
    """The slots that all streams of a run share.

    The parents of streams have slots of their own: a child may have to wait for its parent while its own jobs run.
    """
    limit = using.shared.once(JobSlots, lambda: 1)
    return using.shared.once((JobSlots, using.parent_depth), lambda: JobSlots(limit))


@dataclass(frozen=True, slots=True)
class JobSettings:
    """How the jobs of one stream are run. `timeout_seconds` is for one job, `retry_seconds` after one that failed."""

    stream: str
    timeout_seconds: float
    retry_seconds: float
    slots: JobSlots
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    log: Log


@dataclass(slots=True, eq=False)
class _Job:
    """The job of a slice: a new one at each attempt. Times are in seconds since the run of the stream began."""

    work: Work
    attempts: int = 0
    created: Answered = Answered()
    started_at: float = 0.0
    due_at: float = 0.0


def run_jobs(
    slices: Iterable[Work | ParentsRead], api: JobApi, settings: JobSettings
) -> Iterator[Work | ParentsRead]:
    """Give each slice once its job has ended.

    A slice whose job cannot be completed comes with its error, and the others go on. What the user must put right,
    such as a wrong key, ends them all: that is raised, and the jobs that run are aborted.
    """
    return _Run(iter(slices), api, settings).slices()


class _Run:
    def __init__(self, slices: Iterator[Work | ParentsRead], api: JobApi, settings: JobSettings) -> None:
        self._left: Iterator[Work | ParentsRead] | None = slices
        self._api = api
        self._settings = settings
        self._running: list[_Job] = []
        self._waiting: list[_Job] = []
        self._broken: Exception | None = None
        self._has_news = False
        self._began = settings.monotonic()
        self._slept = 0.0

    def slices(self) -> Iterator[Work | ParentsRead]:
        try:
            while self._running or self._waiting or self._left is not None:
                self._has_news = False
                yield from self._start()
                yield from self._ask()
                if not self._has_news:
                    self._pause()
        except PenstockError:
            for job in self._running:
                self._abort(job)
            raise
        finally:
            for _ in self._running:
                self._settings.slots.give_back()
            self._running.clear()
        if self._broken is not None:
            raise self._broken

    def _start(self) -> Iterator[Work | ParentsRead]:
        """Create as many jobs as may run: those that failed first, then those of new slices."""
        now = self._now()
        for job in [job for job in self._waiting if job.due_at <= now]:
            if not self._settings.slots.take():
                return
            self._waiting.remove(job)
            yield from self._create(job)
        while self._left is not None and self._settings.slots.take():
            item = self._next(self._left)
            if isinstance(item, Work) and not item.idle:
                yield from self._create(_Job(item))
                continue
            self._settings.slots.give_back()
            if item is not None:
                yield item

    def _next(self, left: Iterator[Work | ParentsRead]) -> Work | ParentsRead | None:
        """The next slice. Where planning fails, what runs is still read before the error is raised."""
        try:
            item = next(left, None)
        except PenstockError as error:
            self._broken, item = error, None
        if item is None:
            self._left = None
            self._has_news = True
        return item

    def _create(self, job: _Job) -> Iterator[Work]:
        """Create a job in the slot that was taken for it."""
        job.attempts += 1
        job.started_at = job.due_at = self._now()
        self._running.append(job)
        try:
            job.created = self._api.create(job.work.slice)
        except PenstockError as error:
            if error.failure_type == "config_error":
                self._end(job)
                raise
            yield from self._failed(job, Answered(), f"it cannot be created: {error.message}")

    def _ask(self) -> Iterator[Work]:
        now = self._now()
        for job in [job for job in self._running if job.due_at <= now]:
            yield from self._ask_about(job)

    def _ask_about(self, job: _Job) -> Iterator[Work]:
        settings = self._settings
        why = ""
        try:
            status, polled = self._api.poll(job.work.slice, job.created)
        except PenstockError as error:
            if error.failure_type == "config_error":
                raise
            status, polled, why = "running", Answered(), f"; last, {error.message}"
            settings.log(
                "WARN", f"stream {settings.stream}: how a job stands cannot be told: {error.message}"
            )
        job.due_at = self._now() + POLL_SECONDS
        if status == "running" and self._now() - job.started_at >= settings.timeout_seconds:
            status, why = "timeout", f" after {settings.timeout_seconds / 60:g} minutes{why}"
        if status == "completed":
            self._end(job)
            yield replace(job.work, slice=JobSlice(job.work.slice, job.created, polled))
        elif status == "skipped":
            self._end(job)
            yield replace(job.work, skipped=True)
        elif status == "timeout":
            self._abort(job)
            yield from self._failed(job, polled, f"it ran out of time{why}")
        elif status == "failed":
            yield from self._failed(job, polled, "the API says that it failed", settings.retry_seconds)

    def _failed(self, job: _Job, polled: Answered, reason: str, wait_seconds: float = 0.0) -> Iterator[Work]:
        """Let a job be created again, or give its slice with the error."""
        settings = self._settings
        self._end(job)
        told = (
            f"stream {settings.stream}: attempt {job.attempts} of {MOST_ATTEMPTS} at a job failed: {reason}"
        )
        settings.log("WARN", told)
        if job.attempts < MOST_ATTEMPTS:
            job.due_at = self._now() + wait_seconds
            self._waiting.append(job)
            return
        error = RequestError(
            f"stream {settings.stream}: a job failed {MOST_ATTEMPTS} times: {reason}",
            hint="the other slices are read; the next sync asks for this one again",
        )
        yield replace(job.work, slice=JobSlice(job.work.slice, job.created, polled, error))

    def _end(self, job: _Job) -> None:
        self._running.remove(job)
        self._has_news = True
        self._settings.slots.give_back()

    def _abort(self, job: _Job) -> None:
        try:
            self._api.abort(job.work.slice, job.created)
        except PenstockError as error:
            told = f"stream {self._settings.stream}: a job cannot be aborted: {error.message}"
            self._settings.log("WARN", told)

    def _now(self) -> float:
        """Seconds since the run began; those that were slept count, even where a sleep is cut short."""
        return max(self._settings.monotonic() - self._began, self._slept)

    def _pause(self) -> None:
        """Sleep until a job is due; a slot may become free meanwhile, so no longer than between two polls."""
        now = self._now()
        due = [job.due_at for job in self._running]
        due += [job.due_at for job in self._waiting if job.due_at > now]
        pause = min([*(moment - now for moment in due), POLL_SECONDS])
        if pause > 0:
            self._slept = now + pause
            self._settings.sleep(pause)
