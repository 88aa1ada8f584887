from __future__ import annotations

from collections.abc import Iterator

from penstock.components.budgets import CALL_RATE_POLICY, RATE, REQUEST_MATCHER
from penstock.http.budget import Limit, Matcher, MovingWindow, Policy
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(CALL_RATE_POLICY)
class MovingWindowCallRatePolicy:
    """Keep every rate at every moment, looking back from it."""

    rates: list[Buildable[Limit]] = field(doc="The rates.", slot=RATE, implied="Rate")
    matchers: list[Buildable[Matcher]] = field(
        doc="The requests that count; all where there are none.",
        slot=REQUEST_MATCHER,
        implied="HttpRequestRegexMatcher",
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one rate."""
        if not self.rates:
            yield "rates", "MovingWindowCallRatePolicy needs `rates`"

    def build(self, using: Resources) -> Policy:
        window = MovingWindow([rate.build(using) for rate in self.rates])
        return Policy([matcher.build(using) for matcher in self.matchers], window)
