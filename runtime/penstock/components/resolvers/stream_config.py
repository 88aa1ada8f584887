from __future__ import annotations

from typing import Any

from penstock.components.resolvers import STREAM_CONFIG
from penstock.expressions.forms import Text
from penstock.records.paths import MISSING, get
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any


@component(STREAM_CONFIG)
class StreamConfig:
    """A list in the config, with an entry for each stream."""

    configs_pointer: list[Text] = field(
        doc="The keys that lead to the list; what is no list counts as its one entry.",
        examples=(["tables"], ["reports", "custom"]),
    )
    default_values: list[dict[str, Any]] = field(
        default=[], doc="Entries that come after those of the config.", examples=([{"name": "all"}],)
    )

    def build(self, using: Resources) -> list[Json]:
        pointer = [segment({"config": using.config}, (str, int)) for segment in self.configs_pointer]
        found = get(using.config, pointer)
        entries = [] if found is MISSING else found if isinstance(found, list) else [found]
        return [*entries, *self.default_values]
