from __future__ import annotations

from penstock.components.masks import MASK
from penstock.masking.techniques import Technique
from penstock.records.resources import Resources
from penstock.registry import component


@component(MASK)
class Keep:
    """The value in clear: somebody looked at the field, and it is public."""

    def build(self, using: Resources) -> Technique:
        return Technique("Keep", lambda value: value, dict)
