from __future__ import annotations

from penstock.components.config_rules import CONFIG_TRANSFORMATION, ChangeConfig
from penstock.components.transformations.added_field_definition import ADDED_FIELD, AddedField, adding
from penstock.expressions.forms import Condition
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(CONFIG_TRANSFORMATION)
class ConfigAddFields:
    """Set fields of the config, each from a template."""

    fields: list[Buildable[AddedField]] = field(
        doc="The fields.", slot=ADDED_FIELD, implied="AddedFieldDefinition"
    )
    condition: Condition | None = field(
        default=None,
        doc="Set a field only where this holds.",
        scope=("path", "value"),
        examples=("{{ config.get('region') is none }}",),
    )

    def build(self, using: Resources) -> ChangeConfig:
        add = adding([definition.build(using) for definition in self.fields], self.condition)
        return lambda config: add(config, {"config": config})
