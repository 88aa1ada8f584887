from __future__ import annotations

from penstock.components.budgets import CALL_RATE_POLICY, REQUEST_MATCHER, seconds_of
from penstock.http.budget import FixedWindow, Limit, Matcher, Policy
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(CALL_RATE_POLICY)
class FixedWindowCallRatePolicy:
    """Allow so many calls, and then none until the window ends. Answers tell when, in the budget's reset header."""

    period: str = field(doc="The length of a window, as an ISO-8601 duration.", examples=("PT1H",))
    call_limit: int = field(doc="The most calls in a window.", unit="calls", examples=(1000,))
    matchers: list[Buildable[Matcher]] = field(
        doc="The requests that count; all where there are none.",
        slot=REQUEST_MATCHER,
        implied="HttpRequestRegexMatcher",
    )

    def build(self, using: Resources) -> Policy:
        limit = Limit(self.call_limit, seconds_of(self.period, "the `period` of a FixedWindowCallRatePolicy"))
        return Policy([matcher.build(using) for matcher in self.matchers], FixedWindow(limit))
