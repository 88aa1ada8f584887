from __future__ import annotations

from penstock.components.policies import FLOOR
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(FLOOR)
class FloorPolicy:
    """What no stream and no field of the policy may loosen."""

    never_in_clear: list[str] = field(
        doc="Classes whose values never leave as they are, wherever a detector finds one.",
        examples=(["email", "phone", "card"],),
    )

    def build(self, using: Resources) -> frozenset[str]:
        return frozenset(self.never_in_clear)
