from __future__ import annotations

import pytest

from penstock.components.pagination import PAGINATION_STRATEGY
from penstock.errors import ExpressionError
from penstock.records.pages import Page
from penstock.testing.fakes import built, json_response


def page(token: int | None, extracted: int) -> Page:
    """A page of which the record filter kept one record."""
    return Page(json_response({}), {}, extracted, selected=1, last_record={"id": 7}, token=token)


@pytest.mark.parametrize(
    ("settings", "token", "extracted", "following"),
    [
        pytest.param("page_size: 10", None, 10, 1, id="after the first page, which is 0 by default"),
        pytest.param(
            "page_size: 10, start_from_page: 1", None, 10, 2, id="after the first page, counted from 1"
        ),
        pytest.param("page_size: 10, start_from_page: 1", 4, 10, 5, id="after a later page"),
        pytest.param("page_size: 10", 0, 10, 1, id="after page 0 that was asked for by its number"),
        pytest.param("page_size: 10", 4, 9, None, id="a short page is the last"),
        pytest.param("page_size: 10", 4, 0, None, id="an empty page is the last"),
        pytest.param("page_size: 10", 4, 11, 5, id="a page with more than was asked for is not"),
        pytest.param("", 4, 3, 5, id="without a page size every page counts as full"),
        pytest.param("", 4, 0, None, id="and an empty one ends the stream"),
        pytest.param("page_size: '10'", 4, 9, None, id="a page size in quotes"),
        pytest.param("page_size: \"{{ config['size'] }}\"", 4, 9, None, id="a page size of the config"),
    ],
)
def test_the_next_page_has_the_next_number(
    settings: str, token: int | None, extracted: int, following: int | None
) -> None:
    """The records of a page are counted before the filter, so a page of which little is kept is not short."""
    strategy = built(f"{{type: PageIncrement, {settings}}}", PAGINATION_STRATEGY, size=10)

    assert strategy.next_token(page(token, extracted), {"config": {}}) == following


def test_a_page_number_of_0_is_sent() -> None:
    """Zero is a token like any other where it is the first; only as the next token does it end the stream."""
    strategy = built("{type: PageIncrement, inject_on_first_request: true}", PAGINATION_STRATEGY)

    assert strategy.first == 0


@pytest.mark.parametrize(
    "type_name", ["PageIncrement", "CursorPagination, cursor_value: a", "OffsetIncrement"]
)
def test_a_page_size_is_a_whole_number(type_name: str) -> None:
    """A wrong one is an error before the first request, whatever the strategy."""
    with pytest.raises(ExpressionError, match="`page_size` is not a whole number"):
        built(f"{{type: {type_name}, page_size: \"{{{{ config['missing'] }}}}\"}}", PAGINATION_STRATEGY)
