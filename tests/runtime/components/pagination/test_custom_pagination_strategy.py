from __future__ import annotations

import pytest

from penstock.components.pagination import PAGINATION_STRATEGY
from penstock.records.pages import Page
from penstock.testing.fakes import built, json_response


@pytest.mark.parametrize(
    ("extracted", "token"), [pytest.param(5, 6, id="more"), pytest.param(0, None, id="an end")]
)
def test_a_class_tells_the_next_token(extracted: int, token: int | None) -> None:
    """From the page just read."""
    strategy = built(
        "{type: CustomPaginationStrategy, class_name: components.EveryOtherPage}", PAGINATION_STRATEGY
    )

    assert strategy.first == 0
    assert strategy.next_token(Page(json_response([]), {}, extracted, extracted, None, 4), {}) == token
