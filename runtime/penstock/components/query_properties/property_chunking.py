from __future__ import annotations

from functools import partial
from typing import Literal

from penstock.components.query_properties import PROPERTY_CHUNKING, RECORD_MERGE_STRATEGY, Chunk
from penstock.records.chunks import Key, in_chunks, key_of
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

COMMA_BYTES = 3
"""What a comma between two names takes up in a URL: `%2C`."""


@component(PROPERTY_CHUNKING)
class PropertyChunking:
    """Ask for fields in several requests, for an API that takes only so many, and put the answers together."""

    property_limit_type: Literal["characters", "property_count"] = field(
        doc="What is limited: the length of the names in the URL, or their number.",
        examples=("property_count",),
    )
    property_limit: int | None = field(
        default=None, doc="The limit of one request; none asks for all at once.", examples=(50,)
    )
    record_merge_strategy: Buildable[Key] | None = field(
        default=None,
        doc="What belongs to one record; by default what has the same `id`.",
        slot=RECORD_MERGE_STRATEGY,
        implied="GroupByKeyMergeStrategy",
    )

    def build(self, using: Resources) -> tuple[Chunk, Key]:
        counts = self.property_limit_type == "property_count"
        size = (lambda name: 1) if counts else (lambda name: len(name) + COMMA_BYTES)
        key = self.record_merge_strategy.build(using) if self.record_merge_strategy else key_of(["id"])
        return partial(in_chunks, limit=self.property_limit, size=size), key
