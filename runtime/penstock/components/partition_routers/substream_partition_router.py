from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.components.partition_routers.parent_stream_config import PARENT, Parent
from penstock.expressions.scope import Slice
from penstock.http.request import RequestOptions
from penstock.lean import dataclass
from penstock.records.ahead import Ahead
from penstock.records.cursor import Position, Record
from penstock.records.jobs import ready_slices
from penstock.records.paths import MISSING, get
from penstock.records.product import overlaid
from penstock.records.resources import Resources
from penstock.records.state import NO_CURSOR, StreamState, Work, open_state
from penstock.records.stream import ParentsRead, Partition, Router, StreamPlan, Traits, traits_of
from penstock.registry import Buildable, component, field


@component(PARTITION_ROUTER)
class SubstreamPartitionRouter:
    """One partition for each record of a parent stream; several parents follow one another."""

    parent_stream_configs: list[Buildable[Parent]] = field(
        doc="The parent streams.", slot=PARENT, implied="ParentStreamConfig"
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one parent."""
        if not self.parent_stream_configs:
            yield "parent_stream_configs", "SubstreamPartitionRouter needs at least one parent"

    def build(self, using: Resources) -> Router:
        parents = tuple(parent.build(using) for parent in self.parent_stream_configs)
        return _SubstreamRouter(parents, using.monotonic, using.ahead)


_Batch = tuple[list[Partition], Position | None]


@dataclass(frozen=True, slots=True)
class _SubstreamRouter:
    parents: tuple[Parent, ...]
    monotonic: Callable[[], float]
    ahead: Ahead

    @property
    def traits(self) -> Traits:
        plans = [parent.plan for parent in self.parents]
        ancestors = {plan.name for plan in plans}
        ancestors.update(*(traits_of(plan.retriever.router).ancestors for plan in plans))
        return Traits(tuple(parent.partition_field for parent in self.parents), frozenset(ancestors))

    def partitions(self, saved: Mapping[str, Any]) -> Iterator[Partition | ParentsRead]:
        """A partition for each record of each parent, in the order in which they are read."""
        states: dict[str, Any] = {}
        for slice_, batches in self.ahead.of(self._slices(saved)):
            before = slice_.begin(states)
            high: Position | None = None
            for batch, reached in batches:
                high = reached if high is None or (reached is not None and reached > high) else high
                for partition in batch:
                    yield partition if before is None else replace(partition, parent_state=before)
            slice_.end(states, high, self.monotonic)
        yield ParentsRead(states)

    def _slices(self, saved: Mapping[str, Any]) -> Iterator[tuple[_Slice, Iterator[_Batch]]]:
        """The slices of all parents in order, each with what reads it; after the last of a parent comes its end."""
        for parent in self.parents:
            plan, own = parent.plan.resumed(_saved_of(parent, saved) if parent.incremental else {})
            state = open_state(plan, own)
            began = self.monotonic()
            read: ParentsRead | None = None
            for work in ready_slices(plan, state):
                if isinstance(work, ParentsRead):
                    read = work
                else:
                    yield _Slice(parent, state, work), _batches(parent, plan, work, is_first_run=not saved)
            yield _Slice(parent, state, None, read, began), iter(())

    def options(self, slice_: Slice) -> RequestOptions:
        return overlaid(
            [
                parent.option.options(slice_[parent.partition_field])
                for parent in self.parents
                if parent.option is not None and slice_.get(parent.partition_field)
            ]
        )


@dataclass(frozen=True, slots=True)
class _Slice:
    """A slice of a parent; with `work` None the end of a parent, which began at a time and has `read` its own."""

    parent: Parent
    state: StreamState
    work: Work | None
    read: ParentsRead | None = None
    began: float = 0.0

    def begin(self, states: dict[str, Any]) -> Mapping[str, Any] | None:
        """Note how far the parent is before the slice; gives the states of all parents, None where none is kept."""
        if self.work is not None and not self.work.skipped and self.parent.incremental:
            states[self.parent.plan.name] = self.state.dump()
        return dict(states) or None

    def end(self, states: dict[str, Any], high: Position | None, monotonic: Callable[[], float]) -> None:
        """Note that the slice is read."""
        if self.work is None:
            self.state.finish(self.read, monotonic() - self.began)
            if self.parent.incremental:
                states[self.parent.plan.name] = self.state.dump()
        elif self.work.skipped:
            self.state.failed(self.work)
        else:
            self.state.done(self.work, high)


def _batches(parent: Parent, plan: StreamPlan, work: Work, *, is_first_run: bool) -> Iterator[_Batch]:
    """The partitions of a slice of a parent, batch by batch, and how far their records reach."""
    if work.idle or work.skipped:
        return
    for records in plan.retriever.read(work.slice, work.test):
        found = [_partition(parent, record, work, is_first_run=is_first_run) for record in records]
        reached = plan.cursor.highest(records) if plan.cursor is not None else None
        yield [partition for partition in found if partition is not None], reached


def _partition(parent: Parent, record: Record, work: Work, *, is_first_run: bool) -> Partition | None:
    value = get(record, parent.key)
    if value is MISSING or value is None:
        return None
    lazy = is_first_run and bool(parent.first_page)
    extra = {".".join(path): _or_none(get(record, path)) for path in parent.extra_fields}
    key = {parent.partition_field: value, "parent_slice": dict(work.slice.partition)}
    page = orjson.dumps(_or_none(get(record, parent.first_page)) or {}) if lazy else None
    return Partition(key, extra, first_page=page)


def _or_none(value: Any) -> Any:
    return None if value is MISSING else value


def _saved_of(parent: Parent, saved: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where the parent begins: at its own saved state, else at what the child's state says of all partitions."""
    parent_state: Mapping[str, Mapping[str, Any]] = saved.get("parent_state") or {}
    if parent.plan.name in parent_state:
        return parent_state[parent.plan.name]
    child = saved.get("state") if "state" in saved or "states" in saved else saved
    values = list((child or {}).values())
    if len(values) != 1 or "__ab_no_cursor_state_message" in (child or {}):
        return {}
    cursor = parent.plan.cursor
    if parent.plan.delegate is not None:  # with any state it is the incremental one of its streams
        cursor = parent.plan.delegate(NO_CURSOR)[0].cursor
    return {cursor.field: values[0]} if cursor is not None else {}
