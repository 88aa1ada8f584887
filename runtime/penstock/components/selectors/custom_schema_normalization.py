from __future__ import annotations

from penstock.components.selectors import SCHEMA_NORMALIZATION
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.cursor import Record
from penstock.records.resources import Resources
from penstock.records.select import Normalise
from penstock.registry import component


@component(SCHEMA_NORMALIZATION)
class CustomSchemaNormalization(CustomComponent):
    """Cast values by a class of the connector's own."""

    class_name: str = class_name("components.CommaDecimals")

    def build(self, using: Resources) -> Normalise:
        made = self.made(bases.SchemaNormalization, using)
        schema = using.stream.schema

        def normalise(record: Record) -> Record:
            return made.normalise(record, schema())

        return normalise
