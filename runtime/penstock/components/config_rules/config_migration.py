from __future__ import annotations

from typing import Any

from penstock.components.config_rules import CONFIG_MIGRATION, CONFIG_TRANSFORMATION, ChangeConfig
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(CONFIG_MIGRATION)
class ConfigMigration:
    """Bring configs of an older form to today's; the user's config is saved in the new form."""

    transformations: list[Buildable[ChangeConfig]] = field(
        doc="The changes, in order; run again they must change nothing.", slot=CONFIG_TRANSFORMATION
    )
    description: str | None = field(default=None, doc="What the migration is for, for its readers.")

    def build(self, using: Resources) -> ChangeConfig:
        changes = [transformation.build(using) for transformation in self.transformations]

        def migrate(config: dict[str, Any]) -> None:
            for change in changes:
                change(config)

        return migrate
