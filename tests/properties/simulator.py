"""An API whose records change, a stream that is read from it run after run, and all that can go wrong on the way.

Records change at some moment and show up then, or later by at most the lookback window. Each run starts from the last
state that was saved, finishes its slices in any order, meets requests that fail, and may break off after any record.
The stream is of any kind of cursor and, but for a count, split in any of the ways that a stream can be.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

from hypothesis import strategies as st

from penstock.components.streams import STREAM
from penstock.errors import StreamError
from penstock.expressions.dates import formatter, parser
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.records.cursor import Position
from penstock.records.state import StreamState, Work, open_state
from penstock.records.stream import ParentsRead, StreamPlan
from penstock.registry import Buildable
from penstock.testing.fakes import Fakes, component, json_response

Json = Any
Mark = Any
"""A moment or a number, as a state tells it."""

NO_TIME = dt.timedelta(0)
SLOW_SLICES = 4
"""Time goes on for so many slices of a run; the rest are read at once, so that runs do not overlap."""

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
RECORD_FORMAT = "%Y-%m-%dT%H:%M:%SZ"

Kind = Literal["windows", "here", "feed", "count"]
"""The API filters; it does not; it does not, and gives the newest first; it counts."""

Shape = Literal["whole", "parts", "parts later", "one for all", "parents"]
"""How the stream is split; `parts later` from its third run on, `parents` by the records of a parent stream."""

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
"""
PARTS = """
  partition_router:
    type: ListPartitionRouter
    cursor_field: part
    values: "{{ config['parts'] }}"
    request_option: {inject_into: request_parameter, field_name: part}
"""
PARENTS = """
  partition_router:
    type: SubstreamPartitionRouter
    parent_stream_configs:
      - parent_key: id
        partition_field: part
        incremental_dependency: true
        request_option: {inject_into: request_parameter, field_name: part}
        stream:
          name: parents
          retriever:
            requester:
              url: "https://api.example.com/parents"
              use_cache: false
              error_handler: {type: DefaultErrorHandler, max_retries: 0}
            record_selector: {extractor: {field_path: []}}
"""
COUNT_TEXT = """
incremental_sync:
  type: IncrementingCountCursor
  cursor_field: updated_at
  start_value_option: {inject_into: request_parameter, field_name: since}
"""
TIME_TEXT = """
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
  FLAGS
"""
FLAGS: Mapping[Kind, str] = {"here": "is_client_side_incremental: true", "feed": "is_data_feed: true"}


@dataclass(frozen=True)
class Clock:
    """An API's way to count time: the format it takes and gives, and a `tick` that is no finer than that."""

    format: str
    granularity: str
    tick: dt.timedelta

    def moment(self, ticks: float) -> dt.datetime:
        """So many ticks after the start."""
        return START + ticks * self.tick

    def duration(self, ticks: int) -> str:
        """So many ticks in ISO 8601."""
        return f"PT{int(self.tick.total_seconds()) * ticks}S"

    def read(self, text: str) -> dt.datetime:
        """A moment of a request or state."""
        return parser(self.format)(text)

    def rounded(self, moment: dt.datetime) -> dt.datetime:
        """The moment as the format can tell it."""
        return self.read(formatter(self.format)(moment))


DAYS = Clock("%Y-%m-%d", "P1D", dt.timedelta(days=1))
SECONDS = Clock("%Y-%m-%dT%H:%M:%SZ", "PT1S", dt.timedelta(seconds=1))
EPOCH_SECONDS = Clock("%s", "PT1S", dt.timedelta(seconds=1))
MILLISECONDS = Clock("%Y-%m-%dT%H:%M:%S.%_ms%z", "PT0.001S", dt.timedelta(seconds=1))


@dataclass(frozen=True)
class Change:
    """A record of the API that changed at one moment, and shows up at that or a later one."""

    id: int
    part: str
    at: dt.datetime
    seen: dt.datetime


@dataclass(frozen=True)
class Run:
    """One run: when it begins, how many ticks its first slices take, how many records it lives for, which requests fail.

    `seed` orders its slices.
    """

    now: dt.datetime
    pace: int
    records: float
    failing: frozenset[int]
    seed: int


@dataclass(frozen=True)
class World:
    """An API, the settings of the manifest, and the runs to come."""

    kind: Kind
    shape: Shape
    clock: Clock
    changes: tuple[Change, ...]
    page_size: int
    step: int
    lookback: int
    runs: tuple[Run, ...]

    def mark(self, change: Change) -> Mark:
        """How far the stream is read once this change is."""
        if self.kind == "count":
            return int((change.at - START) / self.clock.tick)
        return self.clock.rounded(change.at)

    def told(self, value: Json) -> Mark:
        """What a state says."""
        return value if self.kind == "count" else self.clock.read(value)

    def window_before(self, mark: Mark, *, runs: int = 0) -> Mark:
        """The mark less the declared lookback window, and the length of so many runs, which all take a second."""
        if self.kind == "count":
            return mark
        return mark - self.lookback * self.clock.tick - runs * dt.timedelta(seconds=1)

    def plan(self, run: Run, fakes: Fakes) -> StreamPlan:
        """The stream as this run reads it, while the time of `fakes` goes on."""
        config = {
            "page_size": self.page_size,
            "step": self.clock.duration(self.step),
            "lookback": self.clock.duration(self.lookback),
            "parts": sorted({change.part for change in self.changes if change.seen <= run.now}),
        }
        shape: Shape = self.shape
        if shape == "parts later":
            shape = "whole" if run in self.runs[:2] else "parts"
        declared = stream_of(self.kind, shape, self.clock)
        fakes.config = config
        return declared.build(fakes.resources(send=self._api(run, fakes)))

    def _api(self, run: Run, fakes: Fakes) -> Send:
        """The API during a run: it gives the records of a window, both ends included, in an order of its own."""
        numbers = itertools.count()

        def send(request: HttpRequest) -> HttpResponse:
            if next(numbers) in run.failing:
                return json_response({}, 503)
            params = request.options.params
            visible = [change for change in self.changes if change.seen <= fakes.now]
            if request.url.endswith("/parents"):
                return json_response(self._parents(visible, params))
            offset = int(params.get("offset") or 0)
            mine = [change for change in visible if change.part == params.get("part", change.part)]
            return json_response(self._records(mine, params)[offset:][: int(params["limit"])])

        return send

    def _records(self, changes: list[Change], params: Mapping[str, Json]) -> list[Json]:
        if self.kind == "count":
            changes = [change for change in changes if self.mark(change) >= params["since"]]
            return [{"id": change.id, "updated_at": self.mark(change)} for change in changes]
        if self.kind == "windows":
            since, until = self.clock.read(params["since"]), self.clock.read(params["until"])
            changes = [change for change in changes if since <= self.mark(change) <= until]
        if self.kind == "feed":
            changes = sorted(changes, key=lambda change: change.at, reverse=True)
        return [{"id": c.id, "updated_at": c.at.strftime(RECORD_FORMAT)} for c in changes]

    def _parents(self, changes: list[Change], params: Mapping[str, Json]) -> list[Json]:
        """The parents, which change with the last of their changes."""
        last: dict[str, dt.datetime] = {}
        for change in changes:
            last[change.part] = max(change.at, last.get(change.part, START))
        since, until = self.clock.read(params["since"]), self.clock.read(params["until"])
        return [
            {"id": part, "updated_at": at.strftime(RECORD_FORMAT)}
            for part, at in last.items()
            if since <= self.clock.rounded(at) <= until
        ]


@lru_cache
def stream_of(kind: Kind, shape: Shape, clock: Clock) -> Buildable[StreamPlan]:
    """The stream of a manifest."""
    time = TIME_TEXT.replace("DATETIME_FORMAT", clock.format).replace("GRANULARITY", clock.granularity)
    router = {"whole": "", "parents": PARENTS}.get(shape, PARTS)
    if shape == "parents":
        router += time.replace("FLAGS", "").replace("\n", "\n          ")
    flags = FLAGS.get(kind, "") + ("\n  global_substream_cursor: true" if shape == "one for all" else "")
    cursor = COUNT_TEXT if kind == "count" else time.replace("FLAGS", flags)
    return component(STREAM_TEXT + router + cursor, STREAM)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Worlds of few records close together, where mistakes show soonest. The last run is long and lucky."""
    kind: Kind = draw(st.sampled_from(["windows", "windows", "here", "feed", "count"]))
    shape: Shape = "whole"
    if kind != "count":
        shape = draw(st.sampled_from(["whole", "parts", "parts later", "one for all", "parents", "parents"]))
    clock = draw(st.sampled_from([SECONDS, DAYS, EPOCH_SECONDS, MILLISECONDS]))
    lookback = 0 if kind == "count" else draw(st.sampled_from([0, 3]))
    finer = 4 if clock is DAYS and kind != "count" else 1  # the moments of a day are finer than the format
    parts = st.just("") if shape == "whole" else st.sampled_from(["a", "b", "c"])
    moments = st.tuples(st.integers(0, 8 * finer), st.integers(0, lookback), parts)
    runs = st.builds(
        Run,
        now=st.integers(0, 8).map(clock.moment),
        pace=st.sampled_from([0, 0, 1]),
        records=st.just(float("inf")) | st.integers(0, 10),
        failing=st.frozensets(st.integers(0, 8), max_size=3),
        seed=st.integers(0, 1_000),
    )
    return World(
        kind=kind,
        shape=shape,
        clock=clock,
        changes=tuple(
            Change(i, part, clock.moment(at / finer), clock.moment(at / finer + late))
            for i, (at, late, part) in enumerate(draw(st.lists(moments, min_size=2, max_size=10)))
        ),
        page_size=draw(st.integers(1, 4)),
        step=draw(st.sampled_from([1, 2, 100])) if kind == "windows" else 100,
        lookback=lookback,
        runs=(
            *_one_after_the_other(draw(st.lists(runs, min_size=1, max_size=3)), clock),
            Run(clock.moment(25), 0, float("inf"), frozenset(), 0),
        ),
    )


def _one_after_the_other(runs: list[Run], clock: Clock) -> list[Run]:
    """The runs in order, far enough apart: each begins when the one before has ended."""
    return [
        replace(run, now=run.now + number * SLOW_SLICES * clock.tick)
        for number, run in enumerate(sorted(runs, key=lambda run: run.now))
    ]


@dataclass(frozen=True)
class Saved:
    """A state that was saved at a time, after so many records: how far each partition is, `None` standing for all."""

    now: dt.datetime
    reached: Mapping[str | None, Mark]
    after: int


@dataclass
class Told:
    """What one run did: where each partition began, the records that it gave, and the states that it saved."""

    run: Run
    fakes: Fakes
    began: dict[str, Mark] = field(default_factory=dict)
    records: list[int] = field(default_factory=list)
    states: list[Saved] = field(default_factory=list)


def history(world: World) -> list[Told]:
    """Let run after run read the world, each from the last state that was saved before it."""
    saved: Mapping[str, Json] = {}
    made = []
    for run in world.runs:
        told = Told(run, Fakes(now=run.now))
        plan = world.plan(run, told.fakes)
        made.append(told)
        opened = open_state(plan, saved)
        for state in _saving(world, plan, opened, told):
            saved = json.loads(json.dumps(state.dump()))
            told.states.append(Saved(told.fakes.now, _reached(world, saved), len(told.records)))
    return made


def _saving(world: World, plan: StreamPlan, state: StreamState, told: Told) -> Any:
    """Read what is left, as long as the run lives; gives the state each time that it is to be saved."""
    order = random.Random(told.run.seed)
    waiting: list[Work] = []
    slices = state.work()
    parents: ParentsRead | None = None
    is_planned = False
    read = 0
    while waiting or not is_planned:
        while not is_planned and len(waiting) < 3:
            try:
                item = next(slices, None)
            except StreamError:  # the parents cannot be read
                return
            match item:
                case None:
                    is_planned = True
                case ParentsRead():
                    parents = item
                case Work(idle=True):
                    state.done(item, None)
                case Work():
                    told.began.setdefault(_part(item), _begin(world, plan, state, item))
                    waiting.append(item)
        if not waiting:
            break
        work = waiting.pop(order.randrange(len(waiting)))
        try:
            high = read_slice(plan, work, told)
        except StreamError:
            state.failed(work)
            continue
        if len(told.records) >= told.run.records:
            return
        told.fakes.now += told.run.pace * world.clock.tick if read < SLOW_SLICES else NO_TIME
        read += 1
        if state.done(work, high):
            yield state
    state.finish(parents, (told.fakes.now - told.run.now).total_seconds())
    yield state


def _part(work: Work) -> str:
    return str(work.slice.partition.get("part", ""))


def _begin(world: World, plan: StreamPlan, state: StreamState, work: Work) -> Mark:
    """How far a partition, or the whole stream, was read before the run."""
    assert plan.cursor is not None
    if work.started_at is None:
        return world.told(state.dump()["updated_at"])
    return world.told(plan.cursor.dump(work.started_at)["updated_at"])


def _reached(world: World, saved: Mapping[str, Json]) -> dict[str | None, Mark]:
    if "updated_at" in saved:
        return {None: world.told(saved["updated_at"])}
    reached: dict[str | None, Mark] = {
        entry["partition"]["part"]: world.told(entry["cursor"]["updated_at"])
        for entry in saved.get("states", ())
    }
    if "state" in saved:
        reached[None] = world.told(saved["state"]["updated_at"])
    return reached


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
