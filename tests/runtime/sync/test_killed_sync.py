"""A sync that is killed at any moment goes on where it was: nothing is lost, nothing comes twice."""

from __future__ import annotations

import itertools
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import duckdb
import pytest
from tests.warehouse import ENOUGH_SECONDS, Ended, Warehouse, ended

from penstock.testing.fake_api import Answer, FakeApi, Received

DAYS = 8
A_DAY = 10_000
"""Records of a day. A sync commits every 50,000 rows, if not earlier: before it has asked for the last day."""

MANIFEST = """
version: 7.0.0
check: {stream_names: [changes]}
definitions:
  days:
    type: DatetimeBasedCursor
    cursor_field: changed_at
    datetime_format: "%Y-%m-%dT%H:%M:%SZ"
    start_datetime: "2024-01-01T00:00:00Z"
    end_datetime: "2024-01-08T23:59:59Z"
    step: P1D
    cursor_granularity: PT1S
    start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: after}
    end_time_option: {type: RequestOption, inject_into: request_parameter, field_name: until}
  retriever:
    requester: {url: "{{ config['url'] }}/{{ parameters['name'] }}"}
    record_selector: {extractor: {field_path: []}}
streams:
  - $parameters: {name: articles}
    retriever:
      $ref: "#/definitions/retriever"
      paginator:
        type: DefaultPaginator
        pagination_strategy: {type: PageIncrement, start_from_page: 1, page_size: 10000}
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
  - $parameters: {name: events}
    incremental_sync: {$ref: "#/definitions/days"}
    retriever: {$ref: "#/definitions/retriever"}
  - $parameters: {name: changes}
    primary_key: id
    incremental_sync: {$ref: "#/definitions/days"}
    retriever: {$ref: "#/definitions/retriever"}
"""


def moment(number: int) -> str:
    """When all records of a day change: a little later each day, so that no window begins at one."""
    return f"2024-01-0{number}T12:0{number}:00Z"


def day(number: int, first_id: int) -> bytes:
    """The records of a day as the API sends them."""
    records = [{"id": first_id + i, "day": number, "changed_at": moment(number)} for i in range(A_DAY)]
    return json.dumps(records).encode()


EVENTS = {number: day(number, first_id=number * A_DAY) for number in range(1, DAYS + 1)}
"""New records each day."""

CHANGES = {number: day(number, first_id=0) for number in range(1, DAYS + 1)}
"""The same records each day, changed."""


def page_of_events(request: Received) -> Answer:
    return Answer(EVENTS.get(int(request.params.get("page", 1)), b"[]"))


def of_the_window(days: Mapping[int, bytes], request: Received) -> Answer:
    """The records of the day that ends in the window; those as old as its start were told before."""
    after, until = request.params["after"], request.params["until"]
    return Answer(next((days[number] for number in days if after < moment(number) <= until), b"[]"))


ANSWERS: Mapping[str, Callable[[Received], Answer]] = {
    "articles": page_of_events,
    "events": partial(of_the_window, EVENTS),
    "changes": partial(of_the_window, CHANGES),
}


def stopped(
    warehouse: Warehouse,
    api: FakeApi,
    stream: str,
    *,
    at: int,
    by: signal.Signals = signal.SIGKILL,
    first: Callable[[], None] = lambda: None,
) -> Ended:
    """Sync a stream in a process that is sent a signal when it makes its nth request and `first` has returned."""
    processes: queue.Queue[subprocess.Popen[str]] = queue.Queue()
    numbers = itertools.count(1)

    def answer(request: Received) -> Answer:
        if next(numbers) == at:
            first()
            processes.get().send_signal(by)
        return ANSWERS[stream](request)

    api.on(f"/{stream}", answer)
    process = warehouse.start(MANIFEST, "--streams", stream, config={"url": api.url})
    processes.put(process)
    return ended(process)


def wait_for_rows(warehouse: Warehouse) -> None:
    """Until a copy of the file has rows: the writer, whose file nobody else may open, may lag behind the requests."""
    end = time.monotonic() + ENOUGH_SECONDS
    while not rows_of_a_copy(warehouse):
        assert time.monotonic() < end, "nothing was committed"
        time.sleep(0.05)


def rows_of_a_copy(warehouse: Warehouse) -> int:
    with tempfile.TemporaryDirectory() as folder:
        for path in warehouse.folder.glob("warehouse.duckdb*"):
            shutil.copy(path, folder)
        try:
            return contents(Warehouse(Path(folder)), "events")[0]
        except duckdb.Error:  # no table yet, or a copy of what was half written
            return 0


def synced(warehouse: Warehouse, api: FakeApi, stream: str) -> list[Received]:
    """Sync a stream undisturbed; gives the requests that it took."""
    api.on(f"/{stream}", ANSWERS[stream])
    api.requests.clear()
    end = warehouse.sync(MANIFEST, "--streams", stream, config={"url": api.url})
    assert end.code == 0, end.err
    return list(api.requests)


WHOLE = {
    "articles": (DAYS * A_DAY, DAYS * A_DAY, DAYS * A_DAY * (DAYS + 1) // 2),
    "events": (DAYS * A_DAY, DAYS * A_DAY, DAYS * A_DAY * (DAYS + 1) // 2),
    "changes": (A_DAY, A_DAY, DAYS * A_DAY),
}
"""Of each stream, when all is read: its rows, its different ids, and the sum of its days."""

STATES = {
    "articles": {"__ab_no_cursor_state_message": True},
    "events": {"changed_at": moment(DAYS)},
    "changes": {"changed_at": moment(DAYS)},
}


def contents(warehouse: Warehouse, stream: str) -> tuple[int, int, int]:
    ((rows, ids, days),) = warehouse.query(f"SELECT count(*), count(DISTINCT id), sum(day) FROM {stream}")
    return rows, ids, days


@pytest.mark.parametrize(
    ("stream", "at"),
    [
        pytest.param("articles", 5, id="while a table is replaced"),
        pytest.param("events", 1, id="before anything is appended"),
        pytest.param("events", 8, id="while rows are appended"),
        pytest.param("changes", 4, id="before anything is merged"),
        pytest.param("changes", 8, id="while rows are merged"),
    ],
)
def test_a_killed_sync_ends_as_if_it_had_not_been_killed(
    warehouse: Warehouse, api: FakeApi, stream: str, at: int
) -> None:
    """Whether rows are replaced, appended or merged: after the next sync table and state are those of one sync."""
    killed = stopped(warehouse, api, stream, at=at)

    synced(warehouse, api, stream)

    assert killed.code == -signal.SIGKILL
    assert contents(warehouse, stream) == WHOLE[stream]
    assert warehouse.state(stream) == STATES[stream]
    assert warehouse.tables() == [stream]


def test_what_was_committed_is_not_read_again(warehouse: Warehouse, api: FakeApi) -> None:
    """After a kill the state tells exactly which rows are there, and the next sync begins at it."""
    stopped(warehouse, api, "events", at=DAYS, first=partial(wait_for_rows, warehouse))
    reached = warehouse.state("events")["changed_at"]
    days = warehouse.query("SELECT day, count(*), max(changed_at) FROM events GROUP BY day ORDER BY day")

    requests = synced(warehouse, api, "events")

    assert 0 < len(days) < DAYS
    assert days == [(number, A_DAY, moment(number)) for number in range(1, len(days) + 1)]
    assert reached == moment(len(days))
    assert min(request.params["after"] for request in requests) == reached


def test_the_old_table_stays_until_the_new_one_is_whole(warehouse: Warehouse, api: FakeApi) -> None:
    """A table that is replaced is replaced at once and whole, or not at all."""
    api.on("/articles", lambda request: EVENTS[1] if "page" not in request.params else b"[]")
    warehouse.sync(MANIFEST, "--streams", "articles", config={"url": api.url})

    stopped(warehouse, api, "articles", at=6)
    after_the_kill = contents(warehouse, "articles")
    synced(warehouse, api, "articles")

    assert after_the_kill == (A_DAY, A_DAY, A_DAY)
    assert contents(warehouse, "articles") == WHOLE["articles"]


def test_an_interrupted_sync_says_that_nothing_is_lost(warehouse: Warehouse, api: FakeApi) -> None:
    """Ctrl-C ends a sync with the exit code of an interrupt and one sentence; the next sync goes on."""
    interrupted = stopped(warehouse, api, "events", at=4, by=signal.SIGINT)

    synced(warehouse, api, "events")

    assert interrupted.code == 128 + signal.SIGINT
    assert interrupted.err.endswith(
        "stopped; what was committed is safe, and the next sync goes on from there\n"
    )
    assert "Traceback" not in interrupted.err
    assert contents(warehouse, "events") == WHOLE["events"]


COMMITTING = """
import datetime as dt, itertools, os, signal, sys
from penstock.destinations.duckdb.destination import DuckDBDestination
from penstock.testing.streams import stream
from tests.warehouse import load

looks = itertools.count(1)

def now():
    if next(looks) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return dt.datetime.now(dt.UTC)

destination = DuckDBDestination(sys.argv[1], lambda plan: "append", print, now, lambda: 0.0)
load(destination, stream("events"), {"id": 1}, {"id": 2})
"""
"""Loads two rows. The clock is looked at when rows are staged, and again when they are in the table and the state is
written, just before both are committed; the process dies at one of these looks."""


@pytest.mark.parametrize(
    "look", [pytest.param(1, id="while rows are staged"), pytest.param(2, id="between rows and state")]
)
def test_rows_and_state_are_committed_together_or_not_at_all(warehouse: Warehouse, look: int) -> None:
    """A process that dies inside the commit leaves neither; the next one finds nothing in its way."""
    command = [sys.executable, "-c", COMMITTING, str(warehouse.path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    killed = subprocess.run([*command, str(look)], env=environment, check=False)
    left = warehouse.state("events"), "events" in warehouse.tables()
    subprocess.run([*command, "0"], env=environment, check=True)

    assert killed.returncode == -signal.SIGKILL
    assert left == (None, False)
    assert warehouse.state("events") == {"at": 2}
    assert warehouse.query("SELECT id FROM events ORDER BY id") == [(1,), (2,)]
    assert warehouse.tables() == ["events"]
