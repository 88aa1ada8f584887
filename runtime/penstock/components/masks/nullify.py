from __future__ import annotations

from penstock.components.masks import MASK
from penstock.masking.techniques import Technique, nullify
from penstock.records.resources import Resources
from penstock.registry import component


@component(MASK)
class Nullify:
    """Null in place of every value."""

    def build(self, using: Resources) -> Technique:
        return nullify()
