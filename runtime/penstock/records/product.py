"""Several routers on one stream: every combination of their partitions, the last router turning fastest."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.lean import dataclass
from penstock.records.stream import ParentsRead, Partition, Router, Traits, traits_of

Json = Any


def product_of(routers: Sequence[Router]) -> Router | None:
    """One router for all of them; None for none. Where two claim a key, the first has it."""
    if len(routers) <= 1:
        return routers[0] if routers else None
    return _Product(tuple(routers))


@dataclass(frozen=True, slots=True)
class _Product:
    routers: tuple[Router, ...]

    @property
    def traits(self) -> Traits:
        return Traits(ancestors=frozenset().union(*(traits_of(router).ancestors for router in self.routers)))

    def partitions(self, saved: Mapping[str, Json]) -> Iterator[Partition | ParentsRead]:
        lists = [[p for p in router.partitions(saved) if isinstance(p, Partition)] for router in self.routers]
        for combination in itertools.product(*lists):
            key: dict[str, Json] = {}
            extra: dict[str, Json] = {}
            for partition in reversed(combination):
                key.update(partition.key)
                extra.update(partition.extra_fields)
            yield Partition(key, extra)

    def options(self, slice_: Slice) -> RequestOptions:
        return overlaid([router.options(slice_) for router in reversed(self.routers)])


def overlaid(parts: Sequence[RequestOptions]) -> RequestOptions:
    """What routers and cursor put into a request, in one. Where two claim a key, the later has it."""
    given = [part for part in parts if part is not NO_OPTIONS]
    if len(given) <= 1:
        return given[0] if given else NO_OPTIONS
    return RequestOptions(
        params=_overlaid(part.params for part in given),
        headers=_overlaid(part.headers for part in given),
        form=_overlaid(part.form for part in given),
        json=_overlaid(part.json for part in given),
    )


def _overlaid(parts: Iterable[Mapping[str, Json]]) -> Mapping[str, Json]:
    made: dict[str, Json] = {}
    for part in parts:
        made.update(part)
    return made
