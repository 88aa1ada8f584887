from __future__ import annotations

from penstock.components.backoff_strategies import BACKOFF_STRATEGY, Backoff, jittered
from penstock.expressions.forms import Text, number
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(BACKOFF_STRATEGY)
class ConstantBackoffStrategy:
    """Wait the same time before every attempt."""

    backoff_time_in_seconds: Text = field(doc="The time to wait.", unit="seconds", examples=(30,))
    jitter_range_in_seconds: float | None = field(
        default=None, doc="Wait up to twice this longer, at random.", unit="seconds"
    )

    def build(self, using: Resources) -> Backoff:
        seconds = number(self.backoff_time_in_seconds({"config": using.config}), "`backoff_time_in_seconds`")
        return lambda outcome, attempt: jittered(seconds, self.jitter_range_in_seconds, using.jitter)
