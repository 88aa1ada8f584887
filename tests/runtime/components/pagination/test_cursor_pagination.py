from __future__ import annotations

import pytest

from penstock.components.pagination import PAGINATION_STRATEGY
from penstock.errors import ExpressionError
from penstock.records.pages import Page
from penstock.testing.fakes import built, json_response


def page(body: object) -> Page:
    return Page(json_response(body), body, extracted=2, selected=2, last_record={"id": 7}, token=None)


@pytest.mark.parametrize(
    ("template", "body", "token"),
    [
        pytest.param("{{ response['next'] }}", {"next": "abc"}, "abc", id="the token stands in the body"),
        pytest.param("{{ response['next'] }}", {}, "", id="a missing token is empty, which ends the stream"),
        pytest.param(
            "{{ response['next'] }}", {"next": "12"}, 12, id="a token that reads as a number becomes one"
        ),
        pytest.param("{{ last_record['id'] }}", {}, 7, id="the token is a field of the last record"),
    ],
)
def test_the_next_token_comes_from_a_template(template: str, body: object, token: object) -> None:
    """The template is evaluated on the page just read, and its text becomes a literal where it is one."""
    strategy = built(f'{{type: CursorPagination, cursor_value: "{template}"}}', PAGINATION_STRATEGY)

    assert strategy.next_token(page(body), {"config": {}}) == token


def test_the_stop_condition_is_asked_first() -> None:
    """Where it holds the token is not even looked for, so a template that would fail does no harm."""
    strategy = built(
        """
        type: CursorPagination
        cursor_value: "{{ response.meta.next }}"
        stop_condition: "{{ not response.meta }}"
        """,
        PAGINATION_STRATEGY,
    )

    assert strategy.next_token(page({"items": []}), {"config": {}}) is None


def test_a_token_path_through_something_missing_is_an_error() -> None:
    """`response.meta.next` on a body without `meta` fails the stream rather than end it in silence."""
    strategy = built(
        '{type: CursorPagination, cursor_value: "{{ response.meta.next }}"}', PAGINATION_STRATEGY
    )

    with pytest.raises(ExpressionError, match="`response`: an object with key `items`"):
        strategy.next_token(page({"items": []}), {"config": {}})
