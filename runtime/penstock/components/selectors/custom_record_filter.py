from __future__ import annotations

from penstock.components.selectors import RECORD_FILTER
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.records.select import FilterOfMany
from penstock.registry import component


@component(RECORD_FILTER)
class CustomRecordFilter(CustomComponent):
    """Keep the records that a class of the connector's own picks."""

    class_name: str = class_name("components.NewestOnly")

    def build(self, using: Resources) -> FilterOfMany:
        return FilterOfMany(self.made(bases.RecordFilter, using).pick)
