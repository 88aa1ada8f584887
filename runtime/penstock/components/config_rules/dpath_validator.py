from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.components.config_rules import (
    VALIDATION_STRATEGY,
    VALIDATOR,
    ValidateConfig,
    ValidateValue,
)
from penstock.records.paths import find
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(VALIDATOR)
class DpathValidator:
    """Check what stands at a path of the config; nothing there is no problem."""

    field_path: list[str] = field(
        doc="The keys that lead there; `*` stands for any one.",
        examples=(["reports"], ["reports", "*", "dimensions"]),
    )
    validation_strategy: Buildable[ValidateValue] = field(doc="What it must be.", slot=VALIDATION_STRATEGY)

    def problems(self) -> Iterator[tuple[str, str]]:
        """The config as a whole has a specification."""
        if not self.field_path:
            yield "field_path", "`field_path` needs at least one key"

    def build(self, using: Resources) -> ValidateConfig:
        strategy = self.validation_strategy.build(using)
        place = f"the config's `{'.'.join(self.field_path)}`"

        def validate(config: dict[str, Any]) -> None:
            for value in find(config, self.field_path):
                strategy(value, place)

        return validate
