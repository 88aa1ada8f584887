from __future__ import annotations

from penstock.components.budgets import CALL_RATE_POLICY, REQUEST_MATCHER
from penstock.http.budget import Matcher, Policy
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(CALL_RATE_POLICY)
class UnlimitedCallRatePolicy:
    """Let requests through; before other policies it exempts from them."""

    matchers: list[Buildable[Matcher]] = field(
        doc="The requests that are free; all where there are none.",
        slot=REQUEST_MATCHER,
        implied="HttpRequestRegexMatcher",
    )

    def build(self, using: Resources) -> Policy:
        return Policy([matcher.build(using) for matcher in self.matchers], None)
