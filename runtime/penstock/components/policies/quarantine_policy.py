from __future__ import annotations

from collections.abc import Callable

from penstock.components.policies import QUARANTINE, Context, sealer_of
from penstock.masking.quarantine import Quarantine
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(QUARANTINE)
class QuarantinePolicy:
    """Where records are put aside that hold what no rule covers; `penstock mask reveal` gives them back."""

    to: str = field(
        doc="The file; a line of JSON is added for each record.", examples=("quarantine/{run_id}.jsonl",)
    )
    encrypt: str = field(doc="The key to encrypt them with, one of the policy's.", examples=("people",))

    def build(self, using: Resources) -> Callable[[Context, str], Quarantine]:
        return lambda context, run_id: Quarantine(
            self.to.replace("{run_id}", run_id), sealer_of(context, self.encrypt, "Quarantine")
        )
