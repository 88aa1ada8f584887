from __future__ import annotations

from penstock.components.masks import MASK
from penstock.masking.techniques import Technique, drop
from penstock.records.resources import Resources
from penstock.registry import component


@component(MASK)
class Drop:
    """No field at all, in records and in the schema."""

    def build(self, using: Resources) -> Technique:
        return drop()
