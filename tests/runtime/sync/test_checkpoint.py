from __future__ import annotations

import datetime as dt

import pytest

from penstock.components.cursors import CURSOR
from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.destinations import Part
from penstock.destinations.memory import MemoryDestination
from penstock.records.cursor import Cursor
from penstock.records.state import Work, open_state
from penstock.records.stream import Router, StreamPlan
from penstock.sync.checkpoint import Checkpoint
from penstock.testing.fakes import Fakes, built
from penstock.testing.streams import stream

PART = Part(1, "")


class Patient(MemoryDestination):
    """Wants ten seconds between two checkpoints."""

    checkpoint_seconds = 10.0


def by_id() -> Cursor:
    return built("{type: ColumnCursor, cursor_field: id}", CURSOR)


def of_regions() -> Router:
    return built(
        "{type: ListPartitionRouter, values: [north, south], cursor_field: region}", PARTITION_ROUTER
    )


def begun(plan: StreamPlan, fakes: Fakes) -> tuple[Checkpoint, Patient, list[Work]]:
    """The checkpoint of a stream, its destination, and the slices to read."""
    state, destination = open_state(plan, {}), Patient()
    slices = [item for item in state.work() if isinstance(item, Work)]
    return Checkpoint(plan, state, destination, lambda: fakes.seconds), destination, slices


@pytest.mark.parametrize(
    ("seconds_between", "states"),
    [
        pytest.param(9.9, [{"id": 1}], id="too soon"),
        pytest.param(10.0, [{"id": 1}, {"id": 2}, {"id": 3}], id="late enough"),
    ],
)
def test_the_state_of_a_stream_on_its_way_goes_out_now_and_then(
    seconds_between: float, states: list[dict[str, int]]
) -> None:
    """The first at once, the others as far apart as the destination wants: a commit costs."""
    fakes = Fakes()
    checkpoint, destination, (work,) = begun(stream(cursor=by_id()), fakes)

    for high in (1, 2, 3):
        checkpoint.advanced(work, PART, high)
        fakes.seconds += seconds_between / (1 if seconds_between >= 10 else 3)

    assert destination.states["orders"] == states


def test_the_end_of_a_slice_is_told_at_once() -> None:
    """However short the time: a stream without partitions has few slices, and they are long."""
    fakes = Fakes()
    checkpoint, destination, (work,) = begun(stream(cursor=by_id()), fakes)
    checkpoint.advanced(work, PART, 1)

    checkpoint.done(work, PART, 2)

    assert destination.states["orders"] == [{"id": 1}, {"id": 2}]


def test_the_ends_of_partitions_are_told_now_and_then() -> None:
    """There may be thousands of them, and each state holds them all."""
    fakes = Fakes()
    checkpoint, destination, (north, south) = begun(stream(cursor=by_id(), router=of_regions()), fakes)

    checkpoint.done(north, Part(1, ""), 1)
    checkpoint.done(south, Part(2, ""), 2)

    assert len(destination.states["orders"]) == 1
    last = checkpoint.finish(None, complete=True)
    assert [partition["cursor"] for partition in last["states"]] == [{"id": 1}, {"id": 2}]


def test_a_stream_without_a_cursor_has_nothing_to_tell_on_its_way() -> None:
    """It is read as a whole: its only state comes at the end."""
    checkpoint, destination, (work,) = begun(stream(), Fakes())

    checkpoint.done(work, PART, None)

    assert destination.states["orders"] == []
    assert checkpoint.finish(None, complete=True) == {"__ab_no_cursor_state_message": True}


class Watching(Patient):
    """Notes what is settled, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[int] = []

    def settled(self, stream: str, part: Part) -> None:
        self.parts.append(part.number)


def by_day() -> Cursor:
    return built(
        """
        type: DatetimeBasedCursor
        cursor_field: day
        datetime_format: "%Y-%m-%d"
        cursor_granularity: P1D
        start_datetime: "2024-01-01"
        end_datetime: "2024-01-05"
        step: P1D
        """,
        CURSOR,
    )


@pytest.mark.parametrize(
    ("finished", "settled"),
    [
        pytest.param([0, 1, 2], [0, 1, 2], id="in order"),
        pytest.param([2, 1], [], id="none, while the first is not finished"),
        pytest.param([2, 1, 0], [0, 1, 2], id="all, once it is"),
        pytest.param([0, 3], [0], id="up to a gap"),
    ],
)
def test_a_slice_is_settled_after_all_before_it(finished: list[int], settled: list[int]) -> None:
    """The state covers a window only when nothing before it is missing; a later window's rows would come twice."""
    plan = stream(cursor=by_day())
    state, destination = open_state(plan, {}), Watching()
    slices = [item for item in state.work() if isinstance(item, Work)]
    checkpoint = Checkpoint(plan, state, destination, lambda: 0.0)

    for number in finished:
        checkpoint.done(slices[number], Part(number, ""), None)

    assert destination.parts == settled


def test_a_skipped_slice_holds_back_the_state_and_not_the_destination() -> None:
    """What comes after it is settled, for it is read; the state stays, so that the slice is asked for again."""
    settled: list[int] = []

    class Noting(MemoryDestination):
        def settled(self, stream: str, part: Part) -> None:
            settled.append(part.number)

    plan = stream(cursor=by_day())
    state, destination = open_state(plan, {}), Noting()
    slices = [item for item in state.work() if isinstance(item, Work)]
    checkpoint = Checkpoint(plan, state, destination, lambda: 0.0)
    ends = [dt.datetime(2024, 1, day, tzinfo=dt.UTC) for day in (1, 2, 3)]

    checkpoint.done(slices[0], Part(1, ""), ends[0])
    checkpoint.done(slices[2], Part(3, ""), ends[2])
    checkpoint.skipped(slices[1], Part(2, ""))

    assert settled == [1, 2, 3]
    assert checkpoint.finish(None, complete=True) == {"day": "2024-01-01"}
