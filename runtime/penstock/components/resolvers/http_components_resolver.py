from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from penstock.components.resolvers import (
    COMPONENT_MAPPING,
    COMPONENTS_RESOLVER,
    ComponentMapping,
    Resolver,
    condition_problems,
)
from penstock.components.retrievers import RETRIEVER
from penstock.expressions.scope import Slice
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.records.stream import Partition, Retriever
from penstock.registry import Buildable, component, field


@component(COMPONENTS_RESOLVER)
class HttpComponentsResolver:
    """A stream for each record that an API gives, such as each table of a base."""

    retriever: Buildable[Callable[[tuple[Transform, ...]], Retriever]] = field(
        doc="What reads the records.", slot=RETRIEVER, implied="SimpleRetriever"
    )
    components_mapping: list[Buildable[ComponentMapping]] = field(
        doc="What of a record goes where in the stream's template.",
        slot=COMPONENT_MAPPING,
        implied="ComponentMappingDefinition",
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Every record is a stream."""
        yield from condition_problems(self.components_mapping)

    def build(self, using: Resources) -> Resolver:
        retriever = self.retriever.build(using.for_parent())(())
        mappings = [mapping.build(using) for mapping in self.components_mapping]

        def values() -> Iterator[Mapping[str, Any]]:
            for slice_ in _slices(retriever):
                for batch in retriever.read(slice_, None):
                    for record in batch:
                        yield {"components_values": record, "stream_slice": slice_}

        return Resolver(
            values, tuple(replace(mapping, creates=False) for mapping in mappings), "system_error"
        )


def _slices(retriever: Retriever) -> Iterator[Slice]:
    if retriever.router is None:
        yield Slice()
        return
    for part in retriever.router.partitions({}):
        if isinstance(part, Partition):
            yield Slice(part.key, None, part.extra_fields)
