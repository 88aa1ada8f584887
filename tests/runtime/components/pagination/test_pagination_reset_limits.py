from __future__ import annotations

from penstock.components.pagination import PAGINATION_LIMITS
from penstock.testing.fakes import built


def test_a_limit_is_a_number_of_records() -> None:
    """None where none is given."""
    assert built("{type: PaginationResetLimits, number_of_records: 10}", PAGINATION_LIMITS) == 10
    assert built("{type: PaginationResetLimits}", PAGINATION_LIMITS) is None
