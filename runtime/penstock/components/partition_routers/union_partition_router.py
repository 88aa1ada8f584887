from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from penstock.components.partition_routers import PARTITION_ROUTER, field_names, has_options
from penstock.errors import StreamError
from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.records.stream import ParentsRead, Partition, Router, Traits, traits_of
from penstock.registry import Buildable, component, field

Json = Any


@component(PARTITION_ROUTER)
class UnionPartitionRouter:
    """The partitions of several routers one after the other, each value once."""

    partition_field: str = field(doc="The name that every router gives the value.", examples=("project_id",))
    partition_routers: list[Buildable[Router]] = field(
        doc="The routers, two or more; they put nothing into requests by themselves.",
        slot=PARTITION_ROUTER,
        examples=(
            [
                {"type": "ListPartitionRouter", "cursor_field": "project_id", "values": ["1"]},
                {"type": "ListPartitionRouter", "cursor_field": "project_id", "values": ["2"]},
            ],
        ),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Two routers or more, which give the field and leave requests alone."""
        if len(self.partition_routers) < 2:
            yield "partition_routers", "`partition_routers` are two or more"
        for router in self.partition_routers:
            if has_options(router):
                yield (
                    "partition_routers",
                    "`partition_routers` of a union have no `request_option`; take the value from `stream_partition`",
                )
            if any(name != self.partition_field for name in field_names(router)):
                yield (
                    "partition_routers",
                    "each of `partition_routers` gives the `partition_field` of the union",
                )

    def build(self, using: Resources) -> Router:
        routers = tuple(router.build(using) for router in self.partition_routers)
        return _UnionRouter(routers, self.partition_field, using.stream.name)


@dataclass(frozen=True, slots=True)
class _UnionRouter:
    routers: tuple[Router, ...]
    name: str
    stream: str

    @property
    def traits(self) -> Traits:
        ancestors = frozenset[str]().union(*(traits_of(router).ancestors for router in self.routers))
        return Traits(ancestors=ancestors)

    def partitions(self, saved: Mapping[str, Json]) -> Iterator[Partition | ParentsRead]:
        seen: set[Hashable] = set()
        done: dict[str, Json] = {}
        has_parents = False
        for router in self.routers:
            for partition in router.partitions(saved):
                if isinstance(partition, ParentsRead):
                    has_parents = True
                    done |= partition.parent_state
                    continue
                value = self._value(partition)
                if value not in seen:
                    seen.add(value)
                    others = {name: other for name, other in partition.key.items() if name != self.name}
                    state = {**done, **(partition.parent_state or {})} or None
                    yield Partition({self.name: value}, {**others, **partition.extra_fields}, state)
        if has_parents:
            yield ParentsRead(done)

    def options(self, slice_: Slice) -> RequestOptions:
        return NO_OPTIONS

    def _value(self, partition: Partition) -> Hashable:
        value = partition.key.get(self.name)
        if self.name not in partition.key or not isinstance(value, Hashable):
            raise StreamError(
                f"stream {self.stream}: each partition of a union has a text or a number under its `partition_field`"
            )
        return value
