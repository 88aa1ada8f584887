from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from penstock.components.partition_routers import PARTITION_ROUTER, has_options
from penstock.errors import StreamError
from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.records.stream import ParentsRead, Partition, Router, Traits, traits_of
from penstock.registry import Buildable, component, field

Json = Any


@component(PARTITION_ROUTER)
class GroupingPartitionRouter:
    """Take several partitions of another router together, for an API that answers for many at once.

    The value of a partition is the list of theirs. With a cursor there is one position for all of them.
    """

    group_size: int = field(doc="The most partitions in a group.", examples=(100,))
    underlying_partition_router: Buildable[Router] = field(
        doc="The router; it puts nothing into requests by itself.", slot=PARTITION_ROUTER
    )
    deduplicate: bool = field(default=True, doc="Pass a value that came already.")

    def problems(self) -> Iterator[tuple[str, str]]:
        """A group has room, and requests take the list alone."""
        if self.group_size < 1:
            yield "group_size", "`group_size` is one or more"
        if has_options(self.underlying_partition_router):
            yield (
                "underlying_partition_router",
                "a router that is grouped has no `request_option`; take the list from `stream_partition`",
            )

    def build(self, using: Resources) -> Router:
        underlying = self.underlying_partition_router.build(using)
        return _GroupingRouter(underlying, self.group_size, self.deduplicate, using.stream.name)


@dataclass(frozen=True, slots=True)
class _GroupingRouter:
    underlying: Router
    size: int
    deduplicate: bool
    stream: str

    @property
    def traits(self) -> Traits:
        return replace(traits_of(self.underlying), parent_fields=(), one_for_all=True)

    def partitions(self, saved: Mapping[str, Json]) -> Iterator[Partition | ParentsRead]:
        group: list[Partition] = []
        seen: set[Hashable] = set()
        for partition in self.underlying.partitions(saved):
            if isinstance(partition, ParentsRead):
                if group:
                    yield _together(group)
                    group = []
                yield partition
                continue
            if self.deduplicate:
                value = self._value(partition)
                if value in seen:
                    continue
                seen.add(value)
            group.append(partition)
            if len(group) == self.size:
                yield _together(group)
                group = []
        if group:
            yield _together(group)

    def options(self, slice_: Slice) -> RequestOptions:
        return NO_OPTIONS

    def _value(self, partition: Partition) -> Hashable:
        values = [value for name, value in partition.key.items() if name != "parent_slice"]
        if len(values) != 1 or not isinstance(values[0], Hashable):
            raise StreamError(
                f"stream {self.stream}: a partition that is grouped has one value, a text or a number",
                hint="group a router that gives one, or set `deduplicate: false`",
            )
        return values[0]


def _together(group: list[Partition]) -> Partition:
    """One partition for several; the state of the parents before it is that before its first."""
    return Partition(
        _lists([partition.key for partition in group]),
        _lists([partition.extra_fields for partition in group]),
        group[0].parent_state,
    )


def _lists(parts: list[Mapping[str, Json]]) -> dict[str, list[Json]]:
    """The values of each name that any of them has; null where one has it not."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: [part.get(name) for part in parts] for name in names}
