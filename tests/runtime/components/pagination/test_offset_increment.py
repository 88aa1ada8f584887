from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.components.pagination import PAGINATION_STRATEGY
from penstock.errors import ExpressionError
from penstock.records.pages import Page
from penstock.testing.fakes import built, json_response


def page(token: int | None, extracted: int, body: object = None) -> Page:
    """A page of which the record filter kept one record."""
    return Page(json_response(body), body, extracted, selected=1, last_record={"id": 7}, token=token)


@pytest.mark.parametrize(
    ("settings", "token", "extracted", "following"),
    [
        pytest.param("page_size: 10", None, 10, 10, id="after the first page"),
        pytest.param("page_size: 10", 0, 10, 10, id="after a first page that was asked for by its offset"),
        pytest.param("page_size: 10", 40, 10, 50, id="after a later page"),
        pytest.param("page_size: 10", 40, 9, None, id="a short page is the last"),
        pytest.param("page_size: 10", 40, 0, None, id="an empty page is the last"),
        pytest.param("page_size: 10", 40, 12, 52, id="a page with more than was asked for counts as it is"),
        pytest.param("", 40, 3, 43, id="without a page size every page counts as full"),
        pytest.param("", 40, 0, None, id="and an empty one ends the stream"),
        pytest.param("page_size: \"{{ config['size'] }}\"", 40, 9, None, id="a page size of the config"),
    ],
)
def test_the_next_offset_is_the_number_of_records_so_far(
    settings: str, token: int | None, extracted: int, following: int | None
) -> None:
    """Records are counted before the filter: what is dropped here was skipped there."""
    strategy = built(f"{{type: OffsetIncrement, {settings}}}", PAGINATION_STRATEGY, size=10)

    assert strategy.next_token(page(token, extracted), {"config": {}}) == following


@pytest.mark.parametrize(
    ("extracted", "following"),
    [pytest.param(3, 43, id="a full page"), pytest.param(2, None, id="a short one")],
)
def test_the_answer_may_tell_the_page_size(extracted: int, following: int | None) -> None:
    """For an API that caps what it is asked for, and says so."""
    strategy = built("{type: OffsetIncrement, page_size: \"{{ response['limit'] }}\"}", PAGINATION_STRATEGY)

    assert strategy.page_size is None
    assert strategy.next_token(page(40, extracted, {"limit": 3}), {"config": {}}) == following


def test_an_answer_without_the_page_size_is_an_error() -> None:
    """Guessing would either lose records or never end."""
    strategy = built("{type: OffsetIncrement, page_size: \"{{ response['limit'] }}\"}", PAGINATION_STRATEGY)

    with pytest.raises(ExpressionError, match="`page_size` is not a whole number"):
        strategy.next_token(page(None, 3, {}), {"config": {}})


@given(st.integers(0, 200), st.integers(1, 30), st.booleans())
def test_every_record_is_read_once(total: int, size: int, first: bool) -> None:
    """Whatever the number of records and the page size, and with or without a first offset."""
    strategy = built(
        f"{{type: OffsetIncrement, page_size: {size}, inject_on_first_request: {str(first).lower()}}}",
        PAGINATION_STRATEGY,
    )
    records = list(range(total))
    read: list[int] = []
    token = strategy.first
    for _ in range(total + 1):
        here = records[token or 0 :][:size]
        read += here
        token = strategy.next_token(page(token, len(here)), {"config": {}})
        if not token:
            break

    assert read == records
