from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.components.checks import (
    CHECK,
    DYNAMIC_CHECK,
    OVERRIDES_DOC,
    Check,
    DynamicCheck,
    reserved_keys,
)
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(CHECK)
class CheckStream:
    """Read one record of each of these streams."""

    stream_names: list[str] | None = field(default=None, doc="The streams.", examples=(["orders"],))
    dynamic_streams_check_configs: list[Buildable[DynamicCheck]] | None = field(
        default=None,
        doc="The dynamic streams, and how many of each to try.",
        slot=DYNAMIC_CHECK,
        implied="DynamicStreamCheckConfig",
    )
    config_overrides: dict[str, Any] = field(default={}, doc=OVERRIDES_DOC, examples=({"lookback_days": 1},))

    def problems(self) -> Iterator[tuple[str, str]]:
        """Something to try, and none of the platform's keys."""
        if self.stream_names is None and self.dynamic_streams_check_configs is None:
            yield "stream_names", "CheckStream needs `stream_names` or `dynamic_streams_check_configs`"
        if reserved_keys(self.config_overrides):
            yield "config_overrides", reserved_keys(self.config_overrides)

    def build(self, using: Resources) -> Check:
        override = using.config.get("__airbyte_check_stream_names")
        names = override if isinstance(override, list) and override else self.stream_names
        dynamic = [config.build(using) for config in self.dynamic_streams_check_configs or ()]
        return Check(tuple(names or ()), tuple(dynamic), config_overrides=self.config_overrides)
