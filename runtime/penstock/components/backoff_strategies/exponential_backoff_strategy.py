from __future__ import annotations

from penstock.components.backoff_strategies import BACKOFF_STRATEGY, Backoff, jittered
from penstock.expressions.forms import Text, number
from penstock.records.resources import Resources
from penstock.registry import component, field

DEFAULT_FACTOR = 5.0


@component(BACKOFF_STRATEGY)
class ExponentialBackoffStrategy:
    """Wait twice as long before each further attempt: `factor * 2 ** attempt`."""

    factor: Text | None = field(default=None, doc="The factor; 5 by default.", unit="seconds", examples=(2,))
    jitter_range_in_seconds: float | None = field(
        default=None, doc="Wait up to twice this longer, at random.", unit="seconds"
    )

    def build(self, using: Resources) -> Backoff:
        given = number(self.factor({"config": using.config}), "`factor`") if self.factor else 0.0
        factor = given or DEFAULT_FACTOR
        return lambda outcome, attempt: jittered(
            factor * 2**attempt, self.jitter_range_in_seconds, using.jitter
        )
