from __future__ import annotations

from typing import Literal

from penstock.components.pagination import PAGINATION_LIMITS, PAGINATION_RESET
from penstock.records.resets import ResetPolicy
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(PAGINATION_RESET)
class PaginationReset:
    """Begin the pages anew where an error handler says RESET_PAGINATION, or at a limit of the API."""

    action: Literal["SPLIT_USING_CURSOR", "RESET"] = field(
        doc="Go on from the furthest cursor value seen, for an API that gives records in that order, or start over.",
        examples=("SPLIT_USING_CURSOR",),
    )
    limits: Buildable[int | None] | None = field(
        default=None,
        doc="When to do so without being told.",
        slot=PAGINATION_LIMITS,
        implied="PaginationResetLimits",
    )

    def build(self, using: Resources) -> ResetPolicy:
        after = self.limits.build(using) if self.limits else None
        return ResetPolicy(self.action == "SPLIT_USING_CURSOR", after)
