from __future__ import annotations

from penstock.components.transformations import TRANSFORMATION
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.registry import component


@component(TRANSFORMATION)
class CustomTransformation(CustomComponent):
    """Change records by a class of the connector's own; masks come after it."""

    class_name: str = class_name("components.Initials")

    def build(self, using: Resources) -> Transform:
        return self.made(bases.Transformation, using).transform
