from __future__ import annotations

from typing import Any

from penstock.components.schema_loaders import SCHEMA_LOADER, LoadSchema
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(SCHEMA_LOADER)
class InlineSchemaLoader:
    """A schema written in the manifest."""

    schema: dict[str, Any] = field(default={}, doc="The JSON Schema of a record.")

    def build(self, using: Resources) -> LoadSchema:
        return lambda: self.schema
