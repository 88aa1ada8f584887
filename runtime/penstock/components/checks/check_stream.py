from __future__ import annotations

from collections.abc import Iterator

from penstock.components.checks import CHECK, Check
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(CHECK)
class CheckStream:
    """Read one record of each of these streams."""

    stream_names: list[str] | None = field(default=None, doc="The streams.", examples=(["orders"],))

    def problems(self) -> Iterator[tuple[str, str]]:
        """Something to try."""
        if self.stream_names is None:
            yield "stream_names", "CheckStream needs `stream_names`"

    def build(self, using: Resources) -> Check:
        override = using.config.get("__airbyte_check_stream_names")
        names = override if isinstance(override, list) and override else self.stream_names
        return Check(tuple(names or ()))
