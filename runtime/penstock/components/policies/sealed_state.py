from __future__ import annotations

from collections.abc import Callable

from penstock.components.policies import SEALED_STATE, Context, sealer_of
from penstock.masking.sealing import Sealer
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(SEALED_STATE)
class SealedState:
    """Saved states are encrypted, because they hold clear cursor values and partition keys."""

    encrypt: str = field(doc="The key to encrypt with, one of the policy's.", examples=("people",))

    def build(self, using: Resources) -> Callable[[Context], Sealer]:
        return lambda context: sealer_of(context, self.encrypt, "State")
