from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from penstock.errors import RequestError, StreamError
from penstock.expressions.scope import Slice
from penstock.records.jobs import (
    Answered,
    JobSettings,
    JobSlice,
    JobSlots,
    Status,
    job_slots,
    run_jobs,
    share_job_limit,
)
from penstock.records.state import Work
from penstock.records.stream import ParentsRead
from penstock.testing.fakes import Fakes

Json = Any
Told = Status | Exception


@dataclass
class Reports:
    """Jobs by the `report` of their slice; each list is what polling tells in turn. `calls` is what was asked."""

    script: dict[str, list[list[Told]]]
    calls: list[str] = field(default_factory=list)
    left: dict[str, list[Told]] = field(default_factory=dict)

    def create(self, slice_: Slice) -> Answered:
        report = slice_["report"]
        self.calls.append(f"create {report}")
        jobs = self.script[report]
        told = jobs.pop(0) if len(jobs) > 1 else jobs[0]
        if told and isinstance(told[0], Exception) and "create" in str(told[0]):
            raise told[0]
        self.left[report] = list(told)
        return Answered({"id": report})

    def poll(self, slice_: Slice, created: Answered) -> tuple[Status, Answered]:
        report = created.said["id"]
        self.calls.append(f"poll {report}")
        left = self.left[report]
        told = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(told, Exception):
            raise told
        return told, Answered({"status": told}, (f"files/{report}",))

    def abort(self, slice_: Slice, created: Answered) -> None:
        self.calls.append(f"abort {created.said['id']}")


def settings(fakes: Fakes, **changes: Json) -> JobSettings:
    given: dict[str, Json] = {
        "stream": "orders",
        "timeout_seconds": 3600.0,
        "retry_seconds": 0.0,
        "slots": JobSlots(1),
        "monotonic": lambda: fakes.seconds,
        "sleep": fakes.resources().sleep,
        "log": lambda level, text: fakes.logged.append(f"{level} {text}"),
    }
    return JobSettings(**{**given, **changes})


def slices(*reports: str) -> Iterator[Work | ParentsRead]:
    return (Work(Slice({"report": report}), {}, None) for report in reports)


def outcome(item: Work | ParentsRead) -> str:
    assert isinstance(item, Work)
    report = item.slice["report"]
    if item.skipped:
        return f"{report} skipped"
    assert isinstance(item.slice, JobSlice)
    return f"{report} failed" if item.slice.error else f"{report} ready"


def outcomes(reports: Reports, fakes: Fakes, **changes: Json) -> list[str]:
    return [outcome(item) for item in run_jobs(slices(*reports.script), reports, settings(fakes, **changes))]


def test_a_slice_comes_when_its_job_is_done() -> None:
    """It carries what the API said, for the templates of the requests to come."""
    reports = Reports({"a": [["running", "running", "completed"]]})
    fakes = Fakes()

    (work,) = run_jobs(slices("a"), reports, settings(fakes))

    assert isinstance(work, Work)
    assert isinstance(work.slice, JobSlice)
    assert work.slice == {"report": "a"}
    assert work.slice.targets == ("files/a",)
    assert work.slice.extra_fields == {
        "creation_response": {"id": "a"},
        "polling_response": {"status": "completed"},
    }
    assert reports.calls == ["create a", "poll a", "poll a", "poll a"]
    assert fakes.slept == [5.0, 5.0]


def test_no_more_jobs_run_than_there_are_slots() -> None:
    """The next is created when one has ended, and what ends first is read first."""
    reports = Reports({"a": [["running", "completed"]], "b": [["completed"]], "c": [["completed"]]})

    assert outcomes(reports, Fakes(), slots=JobSlots(2)) == ["b ready", "c ready", "a ready"]
    assert reports.calls[:4] == ["create a", "create b", "poll a", "poll b"]
    assert reports.calls[4:] == ["create c", "poll c", "poll a"]


def test_a_slice_is_planned_only_when_a_job_may_run() -> None:
    """Slices may be the records of a parent that is still being read; none piles up."""
    planned = []

    def planning() -> Iterator[Work]:
        for report in "abc":
            planned.append(report)
            yield Work(Slice({"report": report}), {}, None)

    reports = Reports({report: [["running", "completed"]] for report in "abc"})
    running = run_jobs(planning(), reports, settings(Fakes(), slots=JobSlots(2)))

    next(running)

    assert planned == ["a", "b"]


def test_streams_share_slots() -> None:
    """A stream whose slots are taken waits until another has done."""
    slots = JobSlots(1)
    slots.take()
    fakes = Fakes()

    def sleep(seconds: float) -> None:
        fakes.slept.append(seconds)
        slots.give_back()

    assert outcomes(Reports({"a": [["completed"]]}), fakes, slots=slots, sleep=sleep) == ["a ready"]
    assert fakes.slept == [5.0]


def test_every_slot_is_given_back() -> None:
    """Whatever becomes of a job, another can run after it."""
    slots = JobSlots(2)
    script: dict[str, list[list[Told]]] = {
        "a": [["failed"]],
        "b": [["skipped"]],
        "c": [["timeout"]],
        "d": [[RequestError("cannot create")]],
    }

    outcomes(Reports(script), Fakes(), slots=slots)

    assert [slots.take(), slots.take(), slots.take()] == [True, True, False]


@pytest.mark.parametrize("bad", ["failed", "timeout"])
def test_a_job_is_created_three_times(bad: Status) -> None:
    """Then its slice comes with the error, and the others go on."""
    reports = Reports({"a": [[bad]], "b": [["completed"]]})
    fakes = Fakes()

    assert outcomes(reports, fakes) == ["a failed", "b ready"]
    assert reports.calls.count("create a") == 3
    assert reports.calls.count("abort a") == (3 if bad == "timeout" else 0)
    assert fakes.slept == []


def test_the_error_of_a_slice_tells_why() -> None:
    """It names the stream and no value of the slice, which may be personal."""
    (work,) = run_jobs(
        slices("ada@example.com"), Reports({"ada@example.com": [["failed"]]}), settings(Fakes())
    )

    assert isinstance(work, Work)
    assert isinstance(work.slice, JobSlice)
    assert str(work.slice.error).startswith(
        "stream orders: a job failed 3 times: the API says that it failed"
    )


def test_a_job_that_failed_can_be_made_to_wait() -> None:
    """Only where the API says that it failed; what ran out of time is created again at once."""
    fakes = Fakes()
    script: dict[str, list[list[Told]]] = {"a": [["failed"], ["timeout"], ["completed"]]}

    assert outcomes(Reports(script), fakes, retry_seconds=12.0) == ["a ready"]
    assert sum(fakes.slept) == 12.0


def test_a_job_that_takes_too_long_is_aborted() -> None:
    """The clock of a job starts when it is created, for each attempt anew."""
    reports = Reports({"a": [["running"], ["running", "completed"]]})
    fakes = Fakes()

    assert outcomes(reports, fakes, timeout_seconds=60.0) == ["a ready"]
    assert fakes.seconds == 65.0
    assert reports.calls.index("abort a") == 14
    assert fakes.logged == [
        "WARN stream orders: attempt 1 of 3 at a job failed: it ran out of time after 1 minutes"
    ]


def test_time_passes_even_where_sleeps_are_cut_short() -> None:
    """What was slept counts, so that a test, or a clock that stands, does not poll for ever."""
    fakes = Fakes()

    found = outcomes(Reports({"a": [["running"]]}), fakes, timeout_seconds=30.0, sleep=fakes.slept.append)

    assert found == ["a failed"]
    assert sum(fakes.slept) == 90.0


def test_a_polling_error_is_not_the_end_of_a_job() -> None:
    """The job may be done by then: it is asked about again, at the usual pace, until its time is over."""
    reports = Reports({"a": [[StreamError("HTTP 404"), "running", "completed"]]})
    fakes = Fakes()

    assert outcomes(reports, fakes) == ["a ready"]
    assert fakes.slept == [5.0, 5.0]
    assert fakes.logged == ["WARN stream orders: how a job stands cannot be told: HTTP 404"]


@pytest.mark.parametrize("when", ["create", "poll"])
def test_what_the_user_must_put_right_ends_all_jobs(when: str) -> None:
    """A wrong key is wrong for every slice: those that run are aborted."""
    refused = RequestError(f"cannot {when}: unauthorized", failure_type="config_error")
    reports = Reports({"a": [["running"]], "b": [[refused]], "c": [["completed"]]})
    slots = JobSlots(2)

    with pytest.raises(RequestError, match="unauthorized"):
        outcomes(reports, Fakes(), slots=slots)

    assert "abort a" in reports.calls
    assert "create c" not in reports.calls
    assert [slots.take(), slots.take()] == [True, True]


def test_a_skipped_slice_is_told_as_such() -> None:
    """It is not read, and the state does not cover it."""
    assert outcomes(Reports({"a": [["running", "skipped"]], "b": [["completed"]]}), Fakes()) == [
        "a skipped",
        "b ready",
    ]


def test_what_needs_no_job_passes_through() -> None:
    """A partition without anything left to read, and the word that all parents are read."""
    idle = Work(Slice({"report": "a"}), {}, None, idle=True)
    items: list[Work | ParentsRead] = [idle, ParentsRead({"owners": {}})]

    assert list(run_jobs(items, Reports({}), settings(Fakes()))) == items


def test_when_planning_fails_what_runs_is_still_read() -> None:
    """The error comes last."""

    def planning() -> Iterator[Work]:
        yield Work(Slice({"report": "a"}), {}, None)
        raise StreamError("the parents cannot be read")

    reports = Reports({"a": [["running", "completed"]]})
    running = run_jobs(planning(), reports, settings(Fakes(), slots=JobSlots(2)))

    assert outcome(next(running)) == "a ready"
    with pytest.raises(StreamError, match="parents"):
        next(running)


def test_parents_have_slots_of_their_own() -> None:
    """A child waits for its parent while its own jobs run: with shared slots both could wait for ever."""
    using = Fakes().resources()
    share_job_limit(using, 3)

    assert job_slots(using) is job_slots(using.for_stream(using.stream))
    assert job_slots(using) is not job_slots(using.for_parent())
    assert [job_slots(using.for_parent()).take() for _ in range(4)] == [True, True, True, False]
