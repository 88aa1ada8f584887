from __future__ import annotations

from penstock.components.transformations import TRANSFORMATION
from penstock.expressions.compile import Scope
from penstock.records.cursor import Record
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.registry import component


@component(TRANSFORMATION)
class KeysToLower:
    """Write the top-level keys of each record in lower case; of keys that become the same the last one counts."""

    def build(self, using: Resources) -> Transform:
        def lower(record: Record, scope: Scope) -> None:
            lowered = {key.lower(): value for key, value in record.items()}
            record.clear()
            record.update(lowered)

        return lower
