from __future__ import annotations

from penstock.components.cursors import CURSOR
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.cursor import Cursor
from penstock.records.resources import Resources
from penstock.registry import component


@component(CURSOR)
class CustomIncrementalSync(CustomComponent):
    """Tell what is new by a class of the connector's own."""

    class_name: str = class_name("components.SequenceCursor")

    def build(self, using: Resources) -> Cursor:
        return self.made(bases.IncrementalSync, using).cursor()
