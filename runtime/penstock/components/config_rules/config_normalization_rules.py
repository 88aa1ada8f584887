from __future__ import annotations

from penstock.components.config_rules import (
    CONFIG_MIGRATION,
    CONFIG_RULES,
    CONFIG_TRANSFORMATION,
    VALIDATOR,
    ChangeConfig,
    ConfigRules,
    ValidateConfig,
)
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(CONFIG_RULES)
class ConfigNormalizationRules:
    """How a config of an older form is rewritten, and what it must be then."""

    config_migrations: list[Buildable[ChangeConfig]] = field(
        default=[],
        doc="Changes that are saved in the user's config.",
        slot=CONFIG_MIGRATION,
        implied="ConfigMigration",
    )
    transformations: list[Buildable[ChangeConfig]] = field(
        default=[], doc="Changes for this run alone, after the migrations.", slot=CONFIG_TRANSFORMATION
    )
    validations: list[Buildable[ValidateConfig]] = field(
        default=[], doc="What the config must be then.", slot=VALIDATOR
    )

    def build(self, using: Resources) -> ConfigRules:
        return ConfigRules(
            tuple(migration.build(using) for migration in self.config_migrations),
            tuple(transformation.build(using) for transformation in self.transformations),
            tuple(validator.build(using) for validator in self.validations),
        )
