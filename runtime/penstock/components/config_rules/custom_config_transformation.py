from __future__ import annotations

from penstock.components.config_rules import CONFIG_TRANSFORMATION, ChangeConfig
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.registry import component


@component(CONFIG_TRANSFORMATION)
class CustomConfigTransformation(CustomComponent):
    """Change the config by a class of the connector's own."""

    class_name: str = class_name("components.SplitAccount")

    def build(self, using: Resources) -> ChangeConfig:
        return self.made(bases.ConfigTransformation, using).transform
