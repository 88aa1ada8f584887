"""What becomes of a stream's saved state when its manifest changes: found by opening a sample of it. Nothing is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from penstock.components.cursors import Moment
from penstock.components.cursors.column_cursor import ColumnCursor
from penstock.components.cursors.datetime_based_cursor import DatetimeBasedCursor
from penstock.components.cursors.incrementing_count_cursor import IncrementingCountCursor
from penstock.components.partition_routers.list_partition_router import ListPartitionRouter
from penstock.components.partition_routers.parent_stream_config import ParentStreamConfig
from penstock.components.streams import STREAM
from penstock.components.streams.declarative_stream import DeclarativeStream
from penstock.diagnostics import Diagnostics
from penstock.errors import ConfigError, PenstockError
from penstock.expressions.dates import formatter
from penstock.expressions.forms import Text
from penstock.expressions.scope import Slice
from penstock.http.cache import ResponseCache
from penstock.http.request import HttpRequest, HttpResponse
from penstock.lean import dataclass
from penstock.manifest.node import Node
from penstock.masking.keys import Key
from penstock.records.cursor import Cursor, Position, Record
from penstock.records.product import product_of
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.records.state import open_state
from penstock.records.stream import ParentsRead, Retriever, Router, StreamPlan, WindowTest
from penstock.registry import Buildable
from penstock.registry.decode import Decoder

Json = Any
Outcome = Literal[
    "nothing saved",
    "goes on",
    "new ones late",
    "goes on together",
    "resets",
    "resets in part",
    "read wrongly",
    "refused",
    "not told",
]
"""What the new manifest does with a state of the old one.

- `nothing saved`: the old one kept no position, so there is nothing to lose.
- `goes on`: every partition begins where it ended.
- `new ones late`: so do those that there were; new ones begin at the furthest position, so that they lack what is older.
- `goes on together`: no partition is known by its name any more; all begin at the furthest position.
- `resets`, `resets in part`: all partitions, or some, begin anew.
- `read wrongly`: a saved position is taken for another one, so that records are missed or read again.
- `refused`: the run ends with an error.
- `not told`: custom code, or values of a config, decide.
"""

_START = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_REACHED = dt.datetime(2024, 3, 5, 6, 7, 8, tzinfo=dt.UTC)
"""A day that is also a month, so that formats which swap them are told apart."""
_BEHIND = dt.datetime(2023, 2, 1, 2, 3, 4, tzinfo=dt.UTC)
_END = dt.datetime(2035, 1, 1, tzinfo=dt.UTC)
_COUNT = 1_000


class _NotToldError(Exception):
    """What decides cannot be known from the manifest."""


def dry_resources(config: Mapping[str, Json], folder: Path) -> Resources:
    """What binds components without a run: nothing is sent, and masks get a key of their own for each reference."""
    return Resources(
        config=config,
        send=_refuse,
        cache=ResponseCache(),
        clock=lambda: _END,
        monotonic=float,
        sleep=lambda seconds: None,
        jitter=float,
        log=lambda level, text: None,
        minted=lambda secret: None,
        rate_limited=lambda stream: None,
        key=lambda reference: Key(hashlib.sha256(reference.encode()).digest()),
        folder=folder,
    )


def _refuse(request: HttpRequest) -> HttpResponse:
    raise ConfigError("this needs the API")


def state_outcome(
    old: Node, new: Node, using: Resources, renamed: Mapping[str, str] = MappingProxyType({})
) -> Outcome:
    """What becomes of a state of the stream at `old` when the one at `new` opens it; both after `$ref` and `$parameters`.

    The stream of the old manifest is taken through a run on two made-up partitions, and the new one begins from the
    state that it leaves. `renamed` are names of streams, old to new. `renamed` are streams by their old names. Parents give made-up records; requests, masks and schemas take no part.
    """
    listed: dict[str, Json] = {}
    try:
        before = _plan(old, using, listed, renamed)
        after = _plan(new, using, listed, {})
        if before.cursor is None:
            return "nothing saved"
        return _outcome(before, after)
    except (_NotToldError, PenstockError):
        return "not told"


def _outcome(before: StreamPlan, after: StreamPlan) -> Outcome:
    reached, saved = _after_a_run(before)
    if after.cursor is None:
        return "resets"
    fresh = dict(_beginnings(after, {}))
    try:
        begun = dict(_beginnings(after, saved))
    except (ConfigError, OverflowError):
        return "refused"
    common = fresh.keys() & reached.keys()
    furthest = max(reached.values(), default=None)
    found: set[Outcome] = {
        _of_one(after.cursor, reached.get(key, furthest), begun.get(key), fresh[key])
        for key in common or fresh.keys()
    }
    if "read wrongly" in found:
        return "read wrongly"
    if len(found) > 1:
        return "resets in part"
    outcome: Outcome = found.pop() if found else "goes on"
    if outcome != "goes on" or "" in reached or "" in fresh:
        return outcome
    if not common:
        return "goes on together"
    late = any(begun.get(key) != fresh[key] for key in fresh.keys() - common)
    return "new ones late" if late else outcome


def _of_one(cursor: Cursor, was: Position, begun: Json, fresh: Json) -> Outcome:
    """What becomes of one partition, by where it begins."""
    if begun == fresh:
        return "resets"
    now = cursor.highest([{cursor.field: begun}])
    if isinstance(was, dt.datetime) and isinstance(now, dt.datetime):
        slack: dt.timedelta = getattr(cursor, "coarseness", dt.timedelta()) + dt.timedelta(days=1)
        return "goes on" if was - slack <= now <= was else "read wrongly"
    return "goes on" if now == was else "read wrongly"


def _after_a_run(plan: StreamPlan) -> tuple[Mapping[str, Position], Mapping[str, Json]]:
    """How far each partition came, by its key, and the state that is saved then."""
    state = open_state(plan, {})
    parents: ParentsRead | None = None
    assert plan.cursor is not None
    reached: dict[str, Position] = {}
    for work in state.work():
        if isinstance(work, ParentsRead):
            parents = work
            continue
        high = plan.cursor.highest([_record_of(plan.cursor, work.number)])
        reached[work.partition] = high
        state.done(work, high)
    state.finish(parents, 1.0)
    return reached, state.dump()


def _beginnings(plan: StreamPlan, saved: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """Where each partition begins from a saved state, by its key; None for one in which nothing is left."""
    resumed, own = plan.resumed(saved)
    for work in open_state(resumed, own).work():
        if not isinstance(work, ParentsRead):
            yield work.partition, next(iter(work.window.values()), None)


def _record_of(cursor: Cursor, number: int) -> Record:
    """A record that has come as far as the sample run; later partitions have not come as far as the first."""
    write: Callable[[dt.datetime], str] | None = getattr(cursor, "format", None)
    if write is not None:
        return {cursor.field: write(_REACHED if number == 0 else _BEHIND)}
    return {cursor.field: _COUNT}


# --- the stream without all that does not decide -----------------------------------------------------------------


def _plan(node: Node, using: Resources, listed: dict[str, Json], renamed: Mapping[str, str]) -> StreamPlan:
    declared = Decoder(Diagnostics(), _unfound).component(node, STREAM, "DeclarativeStream")
    if not isinstance(declared, DeclarativeStream):
        raise _NotToldError
    return _Bare(using, listed, renamed).stream(declared, {}).build(using)


def _unfound(name: str) -> type:
    raise ConfigError("what custom code does with a state cannot be told")


@dataclass(frozen=True, slots=True)
class _Bare:
    """Makes streams that read made-up records.

    `listed` are the values of the list routers met so far, by name; None for those that a config gives.
    """

    using: Resources
    listed: dict[str, Json]
    renamed: Mapping[str, str]

    def stream(self, declared: DeclarativeStream, record: Record) -> DeclarativeStream:
        """A stream that gives two records, which are `record` with a number behind its values."""
        cursor = _bare_cursor(declared.incremental_sync)
        routers = getattr(declared.retriever, "partition_router", None)
        some = routers if isinstance(routers, list) else [routers]
        kept = tuple(self._part(router) for router in some if router is not None)
        return replace(
            declared,
            retriever=_Scripted(kept, record, cursor),
            incremental_sync=cursor,
            transformations=[],
            schema_loader=None,
            file_uploader=None,
        )

    def _part(self, declared: Any) -> Any:
        """A router, or what it is made of, over bare parents."""
        if isinstance(declared, ParentStreamConfig):
            key = declared.parent_key.text({"config": self.using.config})
            return replace(declared, stream=self._parent(declared.stream, key), request_option=None)
        if isinstance(declared, ListPartitionRouter):
            return replace(declared, values=self._values(declared), request_option=None)
        if not is_dataclass(declared) or isinstance(declared, type | Text):
            return declared
        changed = {}
        for held in fields(declared):
            value = getattr(declared, held.name)
            if isinstance(value, list):
                changed[held.name] = [self._part(child) for child in value]
            elif hasattr(value, "build"):
                changed[held.name] = self._part(value)
        return replace(declared, **changed) if changed else declared

    def _parent(self, declared: Any, key: str) -> Any:
        if isinstance(declared, DeclarativeStream):
            name = self.renamed.get(declared.name, declared.name)
            return self.stream(declared, _nested(key.split("/"), f"{name} {key}"))
        forms = {
            name: self._parent(getattr(declared, name), key)
            for name in ("full_refresh_stream", "incremental_stream")
            if hasattr(declared, name)
        }
        if not forms:
            raise _NotToldError
        return replace(declared, **forms)

    def _values(self, declared: ListPartitionRouter) -> Any:
        """The values of a list; of one that a config gives on both sides, any two."""
        name = declared.cursor_field.text({"config": self.using.config})
        values = declared.values
        known = None if isinstance(values, Text) and values.constant is None else values
        if (self.listed.setdefault(name, known) is None) != (known is None):
            raise _NotToldError
        return ["1", "2"] if known is None else known


def _nested(path: list[str], value: str) -> Record:
    made: Json = value
    for key in reversed(path):
        made = {key: made}
    return dict(made)


def _numbered(record: Json, number: int) -> Json:
    """The record with a number behind its value."""
    if isinstance(record, dict):
        return {key: _numbered(value, number) for key, value in record.items()}
    return f"{record} {number}"


def _bare_cursor(declared: Any) -> Any:
    """The cursor, with a start and an end that no config changes, and one window."""
    if isinstance(declared, DatetimeBasedCursor):
        return replace(
            declared,
            start_datetime=_At(_START),
            end_datetime=_At(_END),
            step=None,
            cursor_granularity=None,
            lookback_window=None,
            clamping=None,
            start_time_option=None,
            end_time_option=None,
        )
    if isinstance(declared, IncrementingCountCursor):
        return replace(declared, start_value=None, start_value_option=None)
    if isinstance(declared, ColumnCursor):
        return replace(declared, start_value=None)
    if declared is not None:
        raise _NotToldError
    return None


@dataclass(frozen=True, slots=True)
class _At:
    """A moment that stands fast."""

    moment: dt.datetime

    def build(self, using: Resources) -> Moment:
        return lambda format_: self.moment


@dataclass(frozen=True, slots=True)
class _Scripted:
    """Declares a retriever that gives two records in each partition of its routers."""

    routers: tuple[Buildable[Router], ...]
    record: Record
    cursor: Any

    def build(self, using: Resources) -> Callable[[tuple[Transform, ...]], Retriever]:
        router = product_of([router.build(using) for router in self.routers])
        extra: Record = {}
        if isinstance(self.cursor, DatetimeBasedCursor):
            extra = {
                self.cursor.cursor_field.text({"config": using.config}): formatter(
                    self.cursor.datetime_format
                )(_REACHED)
            }
        records = [{**extra, **_numbered(self.record, number)} for number in (1, 2)]
        return lambda transforms: _Reader(router, records)


@dataclass(frozen=True, slots=True)
class _Reader:
    router: Router | None
    records: list[Record]

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        yield self.records
