from __future__ import annotations

from typing import Any

from penstock.components.config_rules import CONFIG_TRANSFORMATION, ChangeConfig
from penstock.expressions.forms import Condition
from penstock.records.paths import delete
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(CONFIG_TRANSFORMATION)
class ConfigRemoveFields:
    """Remove fields of the config. What is not there is no problem."""

    field_pointers: list[list[str]] = field(
        doc="Paths of the fields; `*` stands for any key, `**` for any path.",
        examples=([["old_key"], ["credentials", "auth_type"]],),
    )
    condition: Condition | None = field(
        default=None,
        doc="Remove them only where this holds.",
        examples=("{{ config['credentials']['auth_type'] == 'token' }}",),
    )

    def build(self, using: Resources) -> ChangeConfig:
        def remove(config: dict[str, Any]) -> None:
            if self.condition is None or self.condition({"config": config}):
                for pointer in self.field_pointers:
                    delete(config, pointer)

        return remove
