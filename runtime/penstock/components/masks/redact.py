from __future__ import annotations

from penstock.components.masks import MASK
from penstock.masking.techniques import Technique, redact
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(MASK)
class Redact:
    """A constant in place of every value."""

    text: str = field(default="***", doc="The constant.")

    def build(self, using: Resources) -> Technique:
        return redact(self.text)
