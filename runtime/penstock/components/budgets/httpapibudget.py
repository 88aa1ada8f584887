from __future__ import annotations

from penstock.components.budgets import API_BUDGET, CALL_RATE_POLICY
from penstock.http.budget import Budget, Policy
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(API_BUDGET)
class HTTPAPIBudget:
    """Wait before a request for which the API has no room, over all streams; the first policy that picks it counts."""

    policies: list[Buildable[Policy]] = field(
        doc="The policies, in order; a request that none picks is free.", slot=CALL_RATE_POLICY
    )
    ratelimit_reset_header: str = field(
        default="ratelimit-reset", doc="The header with the epoch second at which all calls are there again."
    )
    ratelimit_remaining_header: str = field(
        default="ratelimit-remaining", doc="The header with the calls that are left."
    )
    status_codes_for_ratelimit_hit: list[int] = field(
        default=[429], doc="HTTP statuses that tell that no call is left."
    )

    def build(self, using: Resources) -> Budget:
        return Budget(
            policies=[policy.build(using) for policy in self.policies],
            remaining_header=self.ratelimit_remaining_header,
            reset_header=self.ratelimit_reset_header,
            spent_statuses=frozenset(self.status_codes_for_ratelimit_hit),
            clock=using.clock,
            monotonic=using.monotonic,
            sleep=using.sleep,
            log=using.log,
        )
