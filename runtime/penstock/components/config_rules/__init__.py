"""Config rules: how a config of an older form becomes one of today's, and what a config must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.lean import dataclass
from penstock.registry import Kind

Json = Any

ChangeConfig = Callable[[dict[str, Json]], None]
"""Changes a config in place."""

ValidateConfig = Callable[[dict[str, Json]], None]
"""Raises ConfigError where the config is not as it should be."""

ValidateValue = Callable[[Json, str], None]
"""Raises ConfigError where a value is not as it should be; the text says what the value is, for the message."""


@dataclass(frozen=True, slots=True)
class ConfigRules:
    """Built rules, in the order in which they are applied. What migrations change is saved."""

    migrations: tuple[ChangeConfig, ...]
    transformations: tuple[ChangeConfig, ...]
    validations: tuple[ValidateConfig, ...]


CONFIG_RULES: Kind[ConfigRules] = Kind("config_rules", "How a config is rewritten and checked.")
CONFIG_MIGRATION: Kind[ChangeConfig] = Kind("config_migration", "Brings a config to today's form, for good.")
CONFIG_TRANSFORMATION: Kind[ChangeConfig] = Kind(
    "config_transformation", "Changes the config.", custom="CustomConfigTransformation"
)
VALIDATOR: Kind[ValidateConfig] = Kind("validator", "Checks a part of the config.")
VALIDATION_STRATEGY: Kind[ValidateValue] = Kind(
    "validation_strategy", "Tells whether a value is as it should be.", custom="CustomValidationStrategy"
)
