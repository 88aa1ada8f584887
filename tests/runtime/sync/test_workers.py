from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.expressions.scope import Slice
from penstock.http.request import HttpRequest, HttpResponse
from penstock.records.ahead import Ahead
from penstock.records.cursor import Record
from penstock.records.state import open_state
from penstock.records.stream import StreamPlan
from penstock.sync.workers import Batch, SliceDone, Started, StreamDone, Workers
from penstock.testing.fakes import Fakes, built, component, json_response
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


def test_streams_of_one_group_are_held_apart() -> None:
    """One begins when the other is read to its end; streams of other groups, or of none, go on meanwhile."""
    running: set[str] = set()
    together: set[frozenset[str]] = set()
    lock = threading.Lock()
    met = threading.Barrier(2, timeout=30)

    def reading(name: str) -> Iterator[list[Record]]:
        with lock:
            running.add(name)
            together.add(frozenset(running))
        if name in ("orders", "free"):
            met.wait()
        yield [{"id": 1}]
        with lock:
            running.discard(name)

    def grouped(name: str, *groups: str) -> StreamPlan:
        return replace(stream(name, lambda slice_: reading(name)), groups=frozenset(groups))

    plans = [
        grouped("orders", "crm"),
        grouped("people", "crm", "hr"),
        grouped("staff", "hr"),
        grouped("free"),
    ]

    done = [event.stream for event in workers(*plans, count=4) if isinstance(event, StreamDone)]

    assert set(done) == {"orders", "people", "staff", "free"}
    assert not any({"orders", "people"} <= names or {"people", "staff"} <= names for names in together)
    assert any({"orders", "free"} <= names for names in together)


def test_one_worker_reads_a_group_to_its_end() -> None:
    plans = [replace(stream(name), groups=frozenset(["crm"])) for name in ("orders", "people")]

    done = [event.stream for event in workers(*plans, count=1) if isinstance(event, StreamDone)]

    assert done == ["orders", "people"]


def test_slices_of_a_parent_are_read_side_by_side() -> None:
    """Each of three slices of the parents waits for two others: one after the other they would never end."""
    together = threading.Barrier(3, timeout=30)
    ahead = Ahead()

    def send(request: HttpRequest) -> HttpResponse:
        region = request.options.params["region"]
        if region != "first":
            together.wait()
        return json_response([{"id": region}])

    router = component(
        """
        type: SubstreamPartitionRouter
        parent_stream_configs:
          - parent_key: id
            partition_field: team
            stream:
              name: teams
              retriever:
                requester: {url: "https://api.example.com/teams"}
                record_selector: {extractor: {field_path: []}}
                partition_router:
                  type: ListPartitionRouter
                  cursor_field: region
                  values: [first, a, b, c]
                  request_option: {inject_into: request_parameter, field_name: region}
        """,
        PARTITION_ROUTER,
    ).build(replace(Fakes().resources(send=send), ahead=ahead))
    plan = stream(batches=lambda slice_: [[dict(slice_.partition)]], router=router)
    pool = Workers([(plan, open_state(plan, {}))], 4, threading.Event(), ahead)

    batches = [event.masked.records for event in pool if isinstance(event, Batch)]

    assert sorted(record["team"] for records in batches for record in records) == ["a", "b", "c", "first"]
