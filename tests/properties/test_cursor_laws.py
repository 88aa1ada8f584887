"""What a datetime cursor promises, whatever the data, the pages, the windows and the crashes.

A simulated API holds records that change at some moment and show up then, or later by at most the lookback window.
A stream is read from it in several runs. Each starts from the last state that was saved, finishes its windows in any
order, meets requests that fail, and may break off after any record.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from penstock.components.streams import STREAM
from penstock.errors import StreamError
from penstock.expressions.dates import formatter, parser
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.records.cursor import Position
from penstock.records.state import Work, open_state
from penstock.records.stream import StreamPlan
from penstock.registry import Buildable
from penstock.testing.fakes import Fakes, component, json_response

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
RECORD_FORMAT = "%Y-%m-%dT%H:%M:%SZ"

STREAM_TEXT = """
type: DeclarativeStream
name: changes
retriever:
  requester: {url: "https://api.example.com/changes", error_handler: {type: DefaultErrorHandler, max_retries: 0}}
  record_selector: {extractor: {field_path: []}}
  paginator:
    type: DefaultPaginator
    pagination_strategy: {type: OffsetIncrement, page_size: "{{ config['page_size'] }}"}
    page_size_option: {inject_into: request_parameter, field_name: limit}
    page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: offset}
incremental_sync:
  type: DatetimeBasedCursor
  cursor_field: updated_at
  cursor_datetime_formats: ["%Y-%m-%dT%H:%M:%SZ"]
  datetime_format: "DATETIME_FORMAT"
  start_datetime: {datetime: "2024-01-01", datetime_format: "%Y-%m-%d"}
  lookback_window: "{{ config['lookback'] }}"
  step: "{{ config['step'] }}"
  cursor_granularity: GRANULARITY
  start_time_option: {inject_into: request_parameter, field_name: since}
  end_time_option: {inject_into: request_parameter, field_name: until}
"""


class Clock:
    """An API's way to count time: the format it takes and gives, and a `tick` that is no finer than that."""

    def __init__(self, format_: str, granularity: str, tick: dt.timedelta) -> None:
        self.read, self.write, self.tick = parser(format_), formatter(format_), tick
        text = STREAM_TEXT.replace("DATETIME_FORMAT", format_).replace("GRANULARITY", granularity)
        self.stream: Buildable[StreamPlan] = component(text, STREAM)

    def moment(self, ticks: float) -> dt.datetime:
        """So many ticks after the start."""
        return START + ticks * self.tick

    def duration(self, ticks: int) -> str:
        """So many ticks in ISO 8601."""
        return f"PT{int(self.tick.total_seconds()) * ticks}S"

    def rounded(self, moment: dt.datetime) -> dt.datetime:
        """The moment as the format can tell it."""
        return self.read(self.write(moment))


DAYS = Clock("%Y-%m-%d", "P1D", dt.timedelta(days=1))
SECONDS = Clock("%Y-%m-%dT%H:%M:%SZ", "PT1S", dt.timedelta(seconds=1))
EPOCH_SECONDS = Clock("%s", "PT1S", dt.timedelta(seconds=1))
MILLISECONDS = Clock("%Y-%m-%dT%H:%M:%S.%_ms%z", "PT0.001S", dt.timedelta(seconds=1))


@dataclass(frozen=True)
class Change:
    """A record of the API that changed at one moment, and shows up at that or a later one."""

    id: int
    at: dt.datetime
    seen: dt.datetime


@dataclass(frozen=True)
class Run:
    """One run: when it is, how many records it lives for, which of its requests fail; `seed` orders its windows."""

    now: dt.datetime
    records: float
    failing: frozenset[int]
    seed: int


@dataclass(frozen=True)
class World:
    """An API, the settings of the manifest, and the runs to come."""

    clock: Clock
    changes: tuple[Change, ...]
    page_size: int
    step: int
    lookback: int
    runs: tuple[Run, ...]

    def plan(self, run: Run) -> StreamPlan:
        """The stream as this run reads it."""
        config = {
            "page_size": self.page_size,
            "step": self.clock.duration(self.step),
            "lookback": self.clock.duration(self.lookback),
        }
        return self.clock.stream.build(Fakes(config, now=run.now).resources(send=self._api(run)))

    def _api(self, run: Run) -> Send:
        """The API during a run. It gives the records of a window, both ends included, in an order of its own."""
        clock, numbers = self.clock, itertools.count()

        def send(request: HttpRequest) -> HttpResponse:
            if next(numbers) in run.failing:
                return json_response({}, 503)
            params = request.options.params
            since, until, offset = (
                clock.read(params["since"]),
                clock.read(params["until"]),
                params.get("offset"),
            )
            found = [
                {"id": change.id, "updated_at": change.at.strftime(RECORD_FORMAT)}
                for change in self.changes
                if change.seen <= run.now and since <= clock.rounded(change.at) <= until
            ]
            return json_response(found[int(offset or 0) :][: int(params["limit"])])

        return send


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Worlds of few records close together, where mistakes show soonest. The last run is long and lucky."""
    clock = draw(st.sampled_from([SECONDS, DAYS, EPOCH_SECONDS, MILLISECONDS]))
    lookback = draw(st.sampled_from([0, 3]))
    parts = 4 if clock is DAYS else 1  # the moments of a day are finer than the format
    moments = draw(
        st.lists(st.tuples(st.integers(0, 8 * parts), st.integers(0, lookback)), min_size=2, max_size=10)
    )
    runs = st.builds(
        Run,
        now=st.integers(0, 10).map(clock.moment),
        records=st.just(float("inf")) | st.integers(0, 10),
        failing=st.frozensets(st.integers(0, 8), max_size=3),
        seed=st.integers(0, 1_000),
    )
    return World(
        clock=clock,
        changes=tuple(
            Change(i, clock.moment(at / parts), clock.moment(at / parts + late))
            for i, (at, late) in enumerate(moments)
        ),
        page_size=draw(st.integers(1, 4)),
        step=draw(st.sampled_from([1, 2, 100])),
        lookback=lookback,
        runs=(
            *sorted(draw(st.lists(runs, max_size=4)), key=lambda run: run.now),
            Run(clock.moment(20), float("inf"), frozenset(), 0),
        ),
    )


@dataclass
class Told:
    """What one run did: where it began, the records that it gave, and each state that it saved, with their number."""

    run: Run
    began: dt.datetime
    records: list[int] = field(default_factory=list)
    states: list[tuple[dt.datetime, int]] = field(default_factory=list)


def history(world: World) -> list[Told]:
    """Let run after run read the world, each from the last state that was saved before it."""
    saved: Mapping[str, Any] = {}
    made = []
    for run in world.runs:
        plan = world.plan(run)
        state = open_state(plan, saved)
        told = Told(run, world.clock.read(state.dump()["updated_at"]))
        made.append(told)
        works = [work for work in state.work() if isinstance(work, Work)]
        random.Random(run.seed).shuffle(works)
        for work in works:
            try:
                high = read_slice(plan, work, told)
            except StreamError:
                state.failed(work)
                continue
            if len(told.records) >= run.records:
                break
            state.done(work, high)
            saved = json.loads(json.dumps(state.dump()))
            told.states.append((world.clock.read(saved["updated_at"]), len(told.records)))
    return made


def read_slice(plan: StreamPlan, work: Work, told: Told) -> Position | None:
    """Read a slice as long as the run lives; gives how far its records reach."""
    assert plan.cursor is not None
    high: Position | None = None
    for batch in plan.retriever.read(work.slice, work.test):
        left = told.run.records - len(told.records)
        told.records += [record["id"] for i, record in enumerate(batch) if i < left]
        reached = plan.cursor.highest(batch)
        high = reached if high is None or (reached is not None and reached > high) else high
    return high


@given(worlds())
def test_no_record_is_lost(world: World) -> None:
    """Once a run gets through, every record was given at least once, whatever became of the runs before."""
    given_ = {id_ for told in history(world) for id_ in told.records}

    assert given_ == {change.id for change in world.changes}


@given(worlds())
def test_a_run_that_gets_through_saves_the_furthest_record(world: World) -> None:
    """A state that stays behind would be safe as well, but everything would be read again for ever."""
    last = history(world)[-1]

    assert last.states[-1][0] == max(world.clock.rounded(change.at) for change in world.changes)


@given(worlds())
def test_a_state_never_passes_a_record_that_was_not_given(world: World) -> None:
    """What shows up in the API and is older than a saved state, less the lookback window, was given before."""
    given_: set[int] = set()
    for told in history(world):
        for reached, number in told.states:
            safe = given_ | set(told.records[:number])
            before = reached - world.lookback * world.clock.tick
            passed = {
                change.id
                for change in world.changes
                if change.seen <= told.run.now and world.clock.rounded(change.at) < before
            }
            assert passed <= safe
        given_ |= set(told.records)


@given(worlds())
def test_a_state_never_goes_back(world: World) -> None:
    """Not within a run, and not from one to the next."""
    states = [reached for told in history(world) for reached, _ in told.states]

    assert states == sorted(states)


@given(worlds())
def test_records_repeat_only_where_a_run_begins(world: World) -> None:
    """A run gives no record twice, and none that is older than its state less the lookback window."""
    at = {change.id: world.clock.rounded(change.at) for change in world.changes}
    for told in history(world):
        assert len(told.records) == len(set(told.records))
        earliest = told.began - world.lookback * world.clock.tick
        assert all(at[id_] >= earliest for id_ in told.records)
