from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from penstock.components.resolvers import (
    COMPONENT_MAPPING,
    COMPONENTS_RESOLVER,
    STREAM_CONFIG,
    ComponentMapping,
    Resolver,
    yaml_or_text,
)
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

Json = Any


@component(COMPONENTS_RESOLVER)
class ConfigComponentsResolver:
    """A stream for each entry of a list in the config; of several lists, for each combination of their entries."""

    stream_config: Buildable[list[Json]] | list[Buildable[list[Json]]] = field(
        doc="The lists.", slot=STREAM_CONFIG, implied="StreamConfig"
    )
    components_mapping: list[Buildable[ComponentMapping]] = field(
        doc="What of an entry goes where in the stream's template; a text counts as YAML.",
        slot=COMPONENT_MAPPING,
        implied="ComponentMappingDefinition",
    )

    def build(self, using: Resources) -> Resolver:
        configs = self.stream_config if isinstance(self.stream_config, list) else [self.stream_config]
        lists = [config.build(using) for config in configs]
        mappings = [mapping.build(using) for mapping in self.components_mapping]

        def values() -> Iterator[Mapping[str, Json]]:
            for combination in itertools.product(*map(enumerate, lists)):
                yield {"components_values": _merged(combination)}

        return Resolver(
            values,
            tuple(m if m.keeps_text else replace(m, read=yaml_or_text) for m in mappings),
            "config_error",
        )


def _merged(combination: tuple[tuple[int, Json], ...]) -> dict[str, Json]:
    """The entries as one mapping, in which later ones win; one that is no mapping is a pair of its index and itself."""
    merged: dict[str, Json] = {}
    for number, (index, entry) in enumerate(combination):
        merged.update(entry if isinstance(entry, dict) else {f"source_config_{number}": (index, entry)})
    return merged
