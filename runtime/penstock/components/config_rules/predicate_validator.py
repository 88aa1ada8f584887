from __future__ import annotations

from typing import Any

from penstock.components.config_rules import (
    VALIDATION_STRATEGY,
    VALIDATOR,
    ValidateConfig,
    ValidateValue,
)
from penstock.expressions.forms import Body
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(VALIDATOR)
class PredicateValidator:
    """Check a value that is made from the config."""

    value: Body | int | float | bool = field(
        doc="The value, or a template that gives it.", examples=("{{ config['reports'] | length }}",)
    )
    validation_strategy: Buildable[ValidateValue] = field(doc="What it must be.", slot=VALIDATION_STRATEGY)

    def build(self, using: Resources) -> ValidateConfig:
        strategy = self.validation_strategy.build(using)

        def validate(config: dict[str, Any]) -> None:
            value = self.value({"config": config}) if isinstance(self.value, Body) else self.value
            strategy(value, "what the config says")

        return validate
