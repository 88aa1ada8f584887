from __future__ import annotations

from penstock.components.extractors import EXTRACTOR
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.records.select import FromAnswer
from penstock.registry import component


@component(EXTRACTOR)
class CustomRecordExtractor(CustomComponent):
    """Find the records by a class of the connector's own."""

    class_name: str = class_name("components.ColumnsExtractor")

    def build(self, using: Resources) -> FromAnswer:
        return FromAnswer(self.made(bases.RecordExtractor, using).extract)
