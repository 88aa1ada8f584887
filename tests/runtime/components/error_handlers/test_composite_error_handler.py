from __future__ import annotations

import pytest

from penstock.components.error_handlers import ERROR_HANDLER
from penstock.errors import ManifestError
from penstock.testing.fakes import built, component, json_response


def handlers(*filters: str) -> str:
    """A composite of handlers with one filter each."""
    listed = ", ".join(f"{{response_filters: [{{{each}}}]}}" for each in filters)
    return f"{{type: CompositeErrorHandler, error_handlers: [{listed}]}}"


@pytest.mark.parametrize(
    ("filters", "status", "action"),
    [
        pytest.param(["http_codes: [404], action: IGNORE"], 404, "IGNORE", id="one handler decides alone"),
        pytest.param(
            ["http_codes: [404], action: IGNORE", "http_codes: [404], action: FAIL"],
            404,
            "IGNORE",
            id="the first that says IGNORE is final",
        ),
        pytest.param(
            ["http_codes: [403], action: FAIL", "http_codes: [404], action: IGNORE"],
            404,
            "IGNORE",
            id="the default FAIL of the first leaves it to the second",
        ),
        pytest.param(
            ["http_codes: [403], action: RATE_LIMITED", "http_codes: [404], action: IGNORE"],
            403,
            "FAIL",
            id="so does RATE_LIMITED, and the last one's default stands",
        ),
        pytest.param(
            ["http_codes: [500], action: FAIL", "http_codes: [404], action: IGNORE"],
            500,
            "RETRY",
            id="a declared FAIL is overruled by a later default",
        ),
        pytest.param(
            ["http_codes: [404], action: IGNORE", "http_codes: [200], action: FAIL"],
            200,
            "SUCCESS",
            id="a success of the first is final, so later filters never see it",
        ),
        pytest.param(
            ["http_codes: [401], action: REFRESH_TOKEN_THEN_RETRY", "http_codes: [401], action: RETRY"],
            401,
            "RETRY",
            id="a later handler may retry what an earlier one would refresh for",
        ),
    ],
)
def test_some_decisions_are_final_and_others_are_left_to_later_handlers(
    filters: list[str], status: int, action: str
) -> None:
    """SUCCESS, RETRY and IGNORE end the search; any other decision stands only if it comes last."""
    assert built(handlers(*filters), ERROR_HANDLER).resolve(json_response({}, status)).action == action


COMPOSITE = """
type: CompositeErrorHandler
error_handlers:
  - max_retries: 2
    backoff_strategies: [{type: WaitTimeFromHeader, header: Retry-After}]
  - type: CompositeErrorHandler
    error_handlers:
      - max_retries: 9
        backoff_strategies: [{type: ConstantBackoffStrategy, backoff_time_in_seconds: 30}]
"""


def test_the_first_handler_says_how_often_to_try_again() -> None:
    assert built(COMPOSITE, ERROR_HANDLER).max_retries == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"Retry_After": "7"}, 7, id="the first handler's strategy knows"),
        pytest.param({}, 30, id="a later handler's strategy knows, however deep it stands"),
    ],
)
def test_the_strategies_of_all_handlers_count_as_one_list(headers: dict[str, str], seconds: float) -> None:
    """Whichever handler decided to try again."""
    assert built(COMPOSITE, ERROR_HANDLER).wait_seconds(json_response({}, 503, **headers), 1) == seconds


def test_a_composite_needs_a_handler() -> None:
    with pytest.raises(ManifestError, match="CompositeErrorHandler needs at least one handler"):
        component("{type: CompositeErrorHandler, error_handlers: []}", ERROR_HANDLER)
