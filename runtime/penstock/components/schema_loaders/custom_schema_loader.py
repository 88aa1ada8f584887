from __future__ import annotations

from penstock.components.schema_loaders import SCHEMA_LOADER, LoadSchema
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.registry import component


@component(SCHEMA_LOADER)
class CustomSchemaLoader(CustomComponent):
    """Get the schema of the records from a class of the connector's own."""

    class_name: str = class_name("components.CatalogueSchema")

    def build(self, using: Resources) -> LoadSchema:
        return self.made(bases.SchemaLoader, using).schema
