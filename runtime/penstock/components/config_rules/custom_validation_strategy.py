from __future__ import annotations

from typing import Any

from penstock.components.config_rules import VALIDATION_STRATEGY, ValidateValue
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.errors import ConfigError
from penstock.records.resources import Resources
from penstock.registry import component


@component(VALIDATION_STRATEGY)
class CustomValidationStrategy(CustomComponent):
    """Let a class of the connector's own tell whether a value is as it should be."""

    class_name: str = class_name("components.IsEven")

    def build(self, using: Resources) -> ValidateValue:
        made = self.made(bases.ValidationStrategy, using)

        def validate(value: Any, what: str) -> None:
            if not made.is_valid(value):
                raise ConfigError(f"{what} is not as `{self.class_name}` wants it")

        return validate
