from __future__ import annotations

from typing import Any

from penstock.components.resolvers import STREAM_PARAMETERS
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(STREAM_PARAMETERS)
class StreamParametersDefinition:
    """A list in the manifest, with an entry for each stream."""

    list_of_parameters_for_stream: list[dict[str, Any]] = field(
        doc="The entries; nothing in them is evaluated.", examples=([{"name": "open"}, {"name": "closed"}],)
    )

    def build(self, using: Resources) -> list[Any]:
        return self.list_of_parameters_for_stream
