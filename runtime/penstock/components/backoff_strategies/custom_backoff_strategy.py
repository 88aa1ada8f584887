from __future__ import annotations

from penstock.components.backoff_strategies import BACKOFF_STRATEGY, Backoff
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.registry import component


@component(BACKOFF_STRATEGY)
class CustomBackoffStrategy(CustomComponent):
    """Wait as long as a class of the connector's own says."""

    class_name: str = class_name("components.QuotaReset")

    def build(self, using: Resources) -> Backoff:
        return self.made(bases.BackoffStrategy, using).wait_seconds
