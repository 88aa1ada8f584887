from __future__ import annotations

from penstock.components.checks import CHECK, Check
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(CHECK)
class CheckStream:
    """Read one record of each of these streams."""

    stream_names: list[str] = field(default=[], doc="The streams.", examples=(["orders"],))

    def build(self, using: Resources) -> Check:
        override = using.config.get("__airbyte_check_stream_names")
        names = override if isinstance(override, list) and override else self.stream_names
        return Check(tuple(names))
