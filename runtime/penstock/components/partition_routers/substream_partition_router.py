from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from penstock.components.partition_routers import PARTITION_ROUTER
from penstock.components.partition_routers.parent_stream_config import PARENT, Parent
from penstock.expressions.scope import Slice
from penstock.http.request import RequestOptions
from penstock.records.cursor import Cursor, Position, Record
from penstock.records.paths import MISSING, get
from penstock.records.product import overlaid
from penstock.records.resources import Resources
from penstock.records.state import Work, open_state
from penstock.records.stream import ParentsRead, Partition, Router
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
        return _SubstreamRouter(parents, using.monotonic)


@dataclass(frozen=True, slots=True)
class _SubstreamRouter:
    parents: tuple[Parent, ...]
    monotonic: Callable[[], float]

    def partitions(self, saved: Mapping[str, Any]) -> Iterator[Partition | ParentsRead]:
        states: dict[str, Any] = {}
        for parent in self.parents:
            yield from self._partitions_of(parent, saved, states)
        yield ParentsRead(states)

    def _partitions_of(
        self, parent: Parent, saved: Mapping[str, Any], states: dict[str, Any]
    ) -> Iterator[Partition]:
        """A partition for each record of the parent, in the order in which they are read; keeps `states` up to date."""
        state = open_state(parent.plan, _saved_of(parent, saved) if parent.incremental else {})
        began = self.monotonic()
        exhausted: ParentsRead | None = None
        for work in state.work():
            if isinstance(work, ParentsRead):
                exhausted = work
                continue
            if parent.incremental:
                states[parent.plan.name] = state.dump()
            before = dict(states) or None
            high = None
            for batch in _batches(parent, work):
                high = _furthest(high, parent.plan.cursor, batch)
                for record in batch:
                    partition = _partition(parent, record, work, before)
                    if partition is not None:
                        yield partition
            state.done(work, high)
        state.finish(exhausted, self.monotonic() - began)
        if parent.incremental:
            states[parent.plan.name] = state.dump()

    def options(self, slice_: Slice) -> RequestOptions:
        return overlaid(
            [
                parent.option.options(slice_[parent.partition_field])
                for parent in self.parents
                if parent.option is not None and slice_.get(parent.partition_field)
            ]
        )


def _furthest(high: Position | None, cursor: Cursor | None, batch: list[Record]) -> Position | None:
    reached = cursor.highest(batch) if cursor is not None else None
    return high if reached is None or (high is not None and high > reached) else reached


def _batches(parent: Parent, work: Work) -> Iterator[list[Record]]:
    return iter(()) if work.idle else parent.plan.retriever.read(work.slice, work.test)


def _partition(
    parent: Parent, record: Record, work: Work, parent_state: Mapping[str, Any] | None
) -> Partition | None:
    value = get(record, parent.key)
    if value is MISSING or value is None:
        return None
    extra = {".".join(path): _or_none(get(record, path)) for path in parent.extra_fields}
    key = {parent.partition_field: value, "parent_slice": dict(work.slice.partition)}
    return Partition(key, extra, parent_state)


def _or_none(value: Any) -> Any:
    return None if value is MISSING else value


def _saved_of(parent: Parent, saved: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where the parent begins: at its own saved state, else at what the child's state says of all partitions."""
    own: Mapping[str, Any] | None = (saved.get("parent_state") or {}).get(parent.plan.name)
    if own:
        return own
    cursor = parent.plan.cursor
    if cursor is None:
        return {}
    child = saved.get("state") if "state" in saved or "states" in saved else saved
    values = list((child or {}).values())
    if len(values) == 1 and "__ab_no_cursor_state_message" not in (child or {}):
        return {cursor.field: values[0]}
    return {}
