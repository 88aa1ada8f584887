from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from penstock.components.cursors import CURSOR
from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.destinations.memory import MemoryDestination
from penstock.errors import ConfigError, DestinationError, RequestError, StreamError
from penstock.expressions.scope import Slice
from penstock.records.cursor import Cursor, Record
from penstock.records.stream import Router, StreamPlan
from penstock.sync.read import ReadResult, read
from penstock.testing.fakes import built
from penstock.testing.streams import stream


def read_into(
    destination: MemoryDestination, *streams: StreamPlan, concurrency: int = 2, **states: dict[str, object]
) -> ReadResult:
    return read(streams, states, destination, concurrency=concurrency, monotonic=lambda: 0.0)


def by_id() -> Cursor:
    return built("{type: ColumnCursor, cursor_field: id}", CURSOR)


def by_day() -> Cursor:
    text = """
    type: DatetimeBasedCursor
    cursor_field: day
    datetime_format: "%Y-%m-%d"
    start_datetime: "2024-01-01"
    end_datetime: "2024-01-04"
    step: P1D
    cursor_granularity: P1D
    """
    return built(text, CURSOR)


def of_regions() -> Router:
    text = "{type: ListPartitionRouter, values: [north, south, west], cursor_field: region}"
    return built(text, PARTITION_ROUTER)


def the_day(slice_: Slice) -> list[list[Record]]:
    return [[{"day": slice_.cursor_slice["start_time"]}]]


def failing(error: Exception, *batches: list[Record]) -> Iterator[list[Record]]:
    yield from batches
    raise error


def in_the_south(slice_: Slice) -> Iterator[list[Record]]:
    region = slice_.partition["region"]
    batch = [{"region": region}]
    return failing(RequestError("the south is closed"), batch) if region == "south" else iter([batch])


def test_every_stream_is_read_to_its_end() -> None:
    """All records arrive, each stream's in order, and all is complete."""
    destination = MemoryDestination()

    result = read_into(
        destination,
        stream("orders", lambda slice_: [[{"id": 1}, {"id": 2}], [], [{"id": 3}]]),
        stream("people", lambda slice_: [[{"name": "Ada"}]]),
    )

    assert result.succeeded
    assert destination.records == {"orders": [{"id": 1}, {"id": 2}, {"id": 3}], "people": [{"name": "Ada"}]}
    assert destination.complete == {"orders": True, "people": True}


@pytest.mark.parametrize("concurrency", [1, 2, 8])
def test_however_many_workers_read_the_same_comes_out(concurrency: int) -> None:
    """Slices are read side by side; records and the last state do not depend on how many at once."""
    destination = MemoryDestination()

    read_into(destination, stream(batches=the_day, cursor=by_day()), concurrency=concurrency)

    days = sorted(record["day"] for record in destination.records["orders"])
    assert days == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert destination.states["orders"][-1] == {"day": "2024-01-03"}


def test_a_stream_goes_on_from_its_saved_state() -> None:
    """What was read before is not asked for again."""
    destination = MemoryDestination()

    read_into(destination, stream(batches=the_day, cursor=by_day()), orders={"day": "2024-01-02"})

    assert sorted(record["day"] for record in destination.records["orders"]) == ["2024-01-02", "2024-01-03"]


def test_an_ordered_stream_is_checkpointed_on_its_way() -> None:
    """Each batch of a stream that comes in cursor order is covered by a state of its own."""
    destination = MemoryDestination()

    read_into(
        destination, stream(batches=lambda slice_: [[{"id": 1}, {"id": 2}], [{"id": 3}]], cursor=by_id())
    )

    assert destination.states["orders"][:2] == [{"id": 2}, {"id": 3}]


def test_a_slice_that_fails_leaves_its_stream_incomplete_and_the_rest_goes_on() -> None:
    """Other slices of the stream and other streams are read to their end, and the error is told once."""
    destination = MemoryDestination()

    result = read_into(
        destination,
        stream("orders", in_the_south, router=of_regions()),
        stream("people", lambda slice_: [[{"name": "Ada"}]]),
    )

    assert {name: str(error) for name, error in result.failures.items()} == {"orders": "the south is closed"}
    assert sorted(record["region"] for record in destination.records["orders"]) == ["north", "south", "west"]
    assert destination.complete == {"orders": False, "people": True}


def test_the_state_does_not_go_beyond_a_slice_that_failed() -> None:
    """The windows after it are read, and read again next time: no state covers what is missing."""

    def batches(slice_: Slice) -> Iterator[list[Record]]:
        fails = slice_.cursor_slice["start_time"] == "2024-01-02"
        return failing(RequestError("a bad day")) if fails else iter(the_day(slice_))

    destination = MemoryDestination()

    read_into(destination, stream(batches=batches, cursor=by_day()))

    assert destination.states["orders"][-1] == {"day": "2024-01-01"}


def test_an_ordered_stream_that_fails_keeps_how_far_it_came() -> None:
    """What was written before the error is covered by the last state."""
    destination = MemoryDestination()
    rows = [{"id": 1}, {"id": 2}]

    read_into(destination, stream(batches=lambda slice_: failing(StreamError("gone"), rows), cursor=by_id()))

    assert destination.states["orders"][-1] == {"id": 2}
    assert destination.complete == {"orders": False}


def test_an_unexpected_error_is_told_by_its_kind_and_place() -> None:
    """Its text may hold data: only where it happened is said, and that it is a fault of ours."""
    destination = MemoryDestination()

    result = read_into(destination, stream(batches=lambda slice_: failing(KeyError("ada@example.com"))))

    told = str(result.failures["orders"])
    assert "an unexpected KeyError" in told
    assert "ada@example.com" not in told


def test_a_saved_state_that_does_not_fit_fails_its_stream_alone() -> None:
    """The stream is not read, keeps the state it had, and the others go on."""
    destination = MemoryDestination()

    result = read_into(
        destination,
        stream("orders", the_day, cursor=by_day()),
        stream("people", lambda slice_: [[{"name": "Ada"}]]),
        orders={"day": "next Tuesday"},
    )

    assert isinstance(result.failures["orders"], ConfigError)
    assert destination.states["orders"] == [{"day": "next Tuesday"}]
    assert destination.records["people"] == [{"name": "Ada"}]


def test_what_the_destination_raises_ends_the_run() -> None:
    """Nothing can be kept any more, so nothing more is read; the workers end, however much is left."""

    class Full(MemoryDestination):
        def checkpoint(self, stream: str, state: object) -> None:
            raise DestinationError("no space is left")

    def endless(slice_: Slice) -> Iterator[list[Record]]:
        number = 0
        while True:
            number += 1
            yield [{"id": number}]

    with pytest.raises(DestinationError, match="no space is left"):
        read_into(Full(), stream(batches=endless, cursor=by_id()))

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("penstock-worker")]


def test_a_reader_that_is_too_fast_waits() -> None:
    """No more than a few batches are held between the API and the destination, whatever the size of the stream."""
    read_ahead: list[int] = []
    made = 0

    def batches(slice_: Slice) -> Iterator[list[Record]]:
        nonlocal made
        for number in range(100):
            made += 1
            yield [{"id": number}]

    class Slow(MemoryDestination):
        written = 0

        def write(self, batch: object, part: object) -> None:
            self.written += 1
            read_ahead.append(made - self.written)

    read_into(Slow(), stream(batches=batches), concurrency=1)

    assert len(read_ahead) == 100
    assert max(read_ahead) <= 4
