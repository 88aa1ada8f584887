"""Several routers on one stream: every combination of their partitions, the last router turning fastest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.records.stream import ParentsRead, Partition, Router

Json = Any


def product_of(routers: Sequence[Router]) -> Router | None:
    """One router for all of them; None for none. Where two claim a key, the first has it."""
    if len(routers) <= 1:
        return routers[0] if routers else None
    return _Product(tuple(routers))


@dataclass(frozen=True, slots=True)
class _Product:
    routers: tuple[Router, ...]

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
        parts = [part for router in self.routers if (part := router.options(slice_)) is not NO_OPTIONS]
        if len(parts) <= 1:
            return parts[0] if parts else NO_OPTIONS
        merged = parts[-1]
        for part in reversed(parts[:-1]):
            merged = RequestOptions(
                params={**merged.params, **part.params},
                headers={**merged.headers, **part.headers},
                form={**merged.form, **part.form},
                json={**merged.json, **part.json},
            )
        return merged
