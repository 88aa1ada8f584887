from __future__ import annotations

from collections.abc import Iterator

from penstock.components.checks import DYNAMIC_CHECK, DynamicCheck
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(DYNAMIC_CHECK)
class DynamicStreamCheckConfig:
    """How many streams of a dynamic stream the check tries."""

    dynamic_stream_name: str = field(doc="The name of the dynamic stream.", examples=("tables",))
    stream_count: int | None = field(default=None, doc="How many; all by default.", examples=(1,))

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one."""
        if self.stream_count is not None and self.stream_count < 1:
            yield "stream_count", "`stream_count` is at least 1"

    def build(self, using: Resources) -> DynamicCheck:
        return DynamicCheck(self.dynamic_stream_name, self.stream_count)
