from __future__ import annotations

from penstock.components.pagination import PAGINATION_LIMITS
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(PAGINATION_LIMITS)
class PaginationResetLimits:
    """How far the pages of an API go."""

    number_of_records: int | None = field(
        default=None, doc="The records after which pages begin anew.", unit="records", examples=(10_000,)
    )

    def build(self, using: Resources) -> int | None:
        return self.number_of_records
