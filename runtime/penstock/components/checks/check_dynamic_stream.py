from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.components.checks import CHECK, OVERRIDES_DOC, Check, reserved_keys
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(CHECK)
class CheckDynamicStream:
    """Read one record of each of the first streams, whatever their names are."""

    stream_count: int = field(doc="How many streams to try.", examples=(1,))
    use_check_availability: bool = field(
        default=True, doc="Read a record of each; when off, it is enough that the streams are found."
    )
    config_overrides: dict[str, Any] = field(default={}, doc=OVERRIDES_DOC, examples=({"lookback_days": 1},))

    def problems(self) -> Iterator[tuple[str, str]]:
        """None of the platform's keys."""
        if reserved_keys(self.config_overrides):
            yield "config_overrides", reserved_keys(self.config_overrides)

    def build(self, using: Resources) -> Check:
        return Check(
            first=self.stream_count,
            reads=self.use_check_availability,
            config_overrides=self.config_overrides,
        )
