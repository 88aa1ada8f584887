from __future__ import annotations

import pytest

from penstock.components.error_handlers import ERROR_HANDLER
from penstock.errors import ExpressionError
from penstock.http.transport import TransportFailure
from penstock.testing.fakes import built, json_response


@pytest.mark.parametrize(
    ("filters", "status", "action"),
    [
        pytest.param("[]", 200, "SUCCESS", id="without filters a good status is a success"),
        pytest.param("[]", 404, "FAIL", id="without filters the status decides"),
        pytest.param("[{http_codes: [404], action: IGNORE}]", 404, "IGNORE", id="a filter decides first"),
        pytest.param(
            "[{http_codes: [404], action: IGNORE}]", 503, "RETRY", id="where none picks, the status"
        ),
        pytest.param(
            "[{http_codes: [404], action: IGNORE}, {http_codes: [404, 410], action: RETRY}]",
            404,
            "IGNORE",
            id="the first that picks",
        ),
        pytest.param(
            "[{http_codes: [404], action: IGNORE}, {http_codes: [404, 410], action: RETRY}]",
            410,
            "RETRY",
            id="or a later one",
        ),
        pytest.param("[{http_codes: [200], action: FAIL}]", 200, "FAIL", id="a good status may be a failure"),
        pytest.param("[{http_codes: [404]}]", 404, "FAIL", id="a filter without an action picks nothing"),
    ],
)
def test_the_first_filter_that_picks_an_answer_decides(filters: str, status: int, action: str) -> None:
    """A filter without a type is an HttpResponseFilter."""
    handler = built(f"{{type: DefaultErrorHandler, response_filters: {filters}}}", ERROR_HANDLER)

    assert handler.resolve(json_response({}, status)).action == action


def test_a_failure_without_an_answer_passes_every_filter() -> None:
    """Filters look at answers; a time-out has none, so it is retried whatever they say."""
    handler = built(
        "{type: DefaultErrorHandler, response_filters: [{predicate: '{{ true }}', action: FAIL}]}",
        ERROR_HANDLER,
    )

    assert handler.resolve(TransportFailure("timeout", "no answer in time")).action == "RETRY"


@pytest.mark.parametrize(
    ("settings", "retries"),
    [
        pytest.param("", 5, id="five by default"),
        pytest.param("max_retries: 0", 0, id="none"),
        pytest.param("max_retries: \"{{ config['retries'] }}\"", 8, id="a number of the config"),
    ],
)
def test_the_manifest_says_how_often_to_try_again(settings: str, retries: int) -> None:
    assert (
        built(f"{{type: DefaultErrorHandler, {settings}}}", ERROR_HANDLER, retries=8).max_retries == retries
    )


def test_retries_are_a_whole_number() -> None:
    with pytest.raises(ExpressionError, match="`max_retries` is not a whole number"):
        built("{type: DefaultErrorHandler, max_retries: \"{{ config['missing'] }}\"}", ERROR_HANDLER)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"Retry_After": "7"}, 7, id="the first strategy knows"),
        pytest.param({}, 30, id="the first strategy finds no header, so the second is asked"),
        pytest.param({"Retry_After": "0"}, 30, id="no wait is no answer either"),
    ],
)
def test_the_first_strategy_that_knows_a_wait_decides(headers: dict[str, str], seconds: float) -> None:
    handler = built(
        """
        type: DefaultErrorHandler
        backoff_strategies:
          - {type: WaitTimeFromHeader, header: Retry-After}
          - {type: ConstantBackoffStrategy, backoff_time_in_seconds: 30}
        """,
        ERROR_HANDLER,
    )

    assert handler.wait_seconds(json_response({}, 429, **headers), 1) == seconds


def test_without_a_strategy_the_wait_is_left_to_the_retries() -> None:
    handler = built("{type: DefaultErrorHandler}", ERROR_HANDLER)

    assert handler.wait_seconds(json_response({}, 503), 1) is None
