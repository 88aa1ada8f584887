from __future__ import annotations

import threading
from collections.abc import Iterator

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.expressions.scope import Slice
from penstock.records.cursor import Record
from penstock.records.state import open_state
from penstock.records.stream import StreamPlan
from penstock.sync.workers import Batch, SliceDone, Started, StreamDone, Workers
from penstock.testing.fakes import built
from penstock.testing.streams import stream


def workers(*plans: StreamPlan, count: int, stop: threading.Event | None = None) -> Workers:
    return Workers([(plan, open_state(plan, {})) for plan in plans], count, stop or threading.Event())


def test_the_events_of_a_stream_come_in_order() -> None:
    """It starts, each slice gives its batches and is done, and only then is the stream."""
    plan = stream(batches=lambda slice_: [[{"id": 1}], [{"id": 2}]])

    events = list(workers(plan, count=4))

    assert [type(event) for event in events] == [Started, Batch, Batch, SliceDone, StreamDone]


def test_slices_are_read_side_by_side() -> None:
    """Each of three slices waits for the two others: one after the other they would never end."""
    together = threading.Barrier(3, timeout=30)

    def batches(slice_: Slice) -> Iterator[list[Record]]:
        together.wait()
        yield [dict(slice_.partition)]

    router = built("{type: ListPartitionRouter, values: [a, b, c], cursor_field: part}", PARTITION_ROUTER)

    events = list(workers(stream(batches=batches, router=router), count=3))

    batches_read = [event.masked.records for event in events if isinstance(event, Batch)]
    assert sorted(record["part"] for records in batches_read for record in records) == ["a", "b", "c"]


def test_streams_are_read_side_by_side() -> None:
    """A worker that finds a stream's slices all taken reads another stream."""
    together = threading.Barrier(2, timeout=30)

    def batches(slice_: Slice) -> Iterator[list[Record]]:
        together.wait()
        yield [{"id": 1}]

    events = list(workers(stream("orders", batches), stream("people", batches), count=2))

    assert {event.stream for event in events if isinstance(event, StreamDone)} == {"orders", "people"}


def test_the_label_of_a_part_tells_no_partition() -> None:
    """Parts are shown as progress, and the key of a partition may be personal."""
    router = built(
        "{type: ListPartitionRouter, values: [ada@example.com], cursor_field: who}", PARTITION_ROUTER
    )

    events = list(workers(stream(batches=lambda slice_: [[{"id": 1}]], router=router), count=1))

    assert [event.task.part.label for event in events if isinstance(event, Batch)] == [""]


def test_closed_workers_end_however_much_is_left() -> None:
    """They notice at their next batch; nothing of it is handed over any more."""

    def endless(slice_: Slice) -> Iterator[list[Record]]:
        while True:
            yield [{"id": 1}]

    stop = threading.Event()
    pool = workers(stream(batches=endless), count=2, stop=stop)
    next(iter(pool))

    pool.close()

    assert stop.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("penstock-worker")]
