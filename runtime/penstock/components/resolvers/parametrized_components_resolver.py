from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from penstock.components.resolvers import (
    COMPONENT_MAPPING,
    COMPONENTS_RESOLVER,
    STREAM_PARAMETERS,
    ComponentMapping,
    Resolver,
    condition_problems,
    yaml_or_text,
)
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(COMPONENTS_RESOLVER)
class ParametrizedComponentsResolver:
    """A stream for each entry of a list in the manifest."""

    stream_parameters: Buildable[list[Any]] = field(
        doc="The list.", slot=STREAM_PARAMETERS, implied="StreamParametersDefinition"
    )
    components_mapping: list[Buildable[ComponentMapping]] = field(
        doc="What of an entry goes where in the stream's template; a text counts as YAML.",
        slot=COMPONENT_MAPPING,
        implied="ComponentMappingDefinition",
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Every entry is a stream."""
        yield from condition_problems(self.components_mapping)

    def build(self, using: Resources) -> Resolver:
        entries = self.stream_parameters.build(using)
        mappings = [mapping.build(using) for mapping in self.components_mapping]
        return Resolver(
            lambda: ({"components_values": entry} for entry in entries),
            tuple(replace(mapping, read=yaml_or_text) for mapping in mappings),
            "system_error",
        )
