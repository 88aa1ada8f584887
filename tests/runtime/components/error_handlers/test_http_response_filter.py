from __future__ import annotations

from typing import Any

import orjson
import pytest

from penstock.components.error_handlers import RESPONSE_FILTER, ResponseFilter
from penstock.http.request import HttpResponse
from penstock.http.retry import Resolution
from penstock.http.transport import TransportFailure
from penstock.testing.fakes import built, json_response

URL = "https://ada:secret@api.example.com:8443/v1/people/ada?token=secret"


def answer(body: Any, status: int = 200) -> HttpResponse:
    """An answer of `URL` that says how many requests are left."""
    text = body if isinstance(body, bytes) else orjson.dumps(body)
    return HttpResponse(status, {"X-RateLimit-Left": "0"}, text, url=URL)


def response_filter(settings: str) -> ResponseFilter:
    return built(f"{{type: HttpResponseFilter, {settings}}}", RESPONSE_FILTER, quota="none", limit=5)


def resolution(settings: str, response: HttpResponse) -> Resolution:
    """What a filter says about an answer that it picks."""
    resolved = response_filter(settings)(response)
    assert resolved is not None
    return resolved


@pytest.mark.parametrize(
    ("test", "picked"),
    [
        pytest.param("http_codes: [404, 410]", True, id="its status is listed"),
        pytest.param("http_codes: [500]", False, id="its status is not listed"),
        pytest.param(
            "predicate: \"{{ response['code'] == 7 }}\"", True, id="the condition holds of its body"
        ),
        pytest.param("predicate: \"{{ response['code'] == 8 }}\"", False, id="the condition does not hold"),
        pytest.param(
            "predicate: \"{{ config['quota'] == 'none' }}\"", True, id="the condition reads the config"
        ),
        pytest.param(
            "predicate: \"{{ headers['x-ratelimit-left'] == '0' }}\"", True, id="a header in any spelling"
        ),
        pytest.param(
            "predicate: \"{{ 'x-ratelimit-left' in headers }}\"", True, id="whether a header is there"
        ),
        pytest.param(
            "predicate: \"{{ headers.get('X-RATELIMIT-LEFT', '1') | int < config['limit'] }}\"",
            True,
            id="a header as a number",
        ),
        pytest.param(
            "predicate: \"{{ headers['x-other'] == '0' }}\"", False, id="a header that is not there"
        ),
        pytest.param(
            "predicate: '{{ response.error.code == 7 }}'", False, id="a path through nothing is false"
        ),
        pytest.param("error_message_contains: no such", True, id="its error message has the words"),
        pytest.param("error_message_contains: No Such", False, id="the words are told by case"),
        pytest.param("error_message_contains: ''", False, id="no words at all"),
        pytest.param(
            "http_codes: [500], error_message_contains: no such", True, id="one test of two is enough"
        ),
    ],
)
def test_an_answer_is_picked_by_status_condition_or_words(test: str, *, picked: bool) -> None:
    pick = response_filter(f"action: IGNORE, {test}")

    assert (pick(answer({"code": 7, "message": "no such person"}, 404)) is not None) is picked


def test_a_filter_without_an_action_picks_nothing() -> None:
    """So the default for the status stands, whatever message the filter has."""
    assert response_filter("http_codes: [404], error_message: gone")(answer({}, 404)) is None


def test_a_failure_without_an_answer_is_not_picked() -> None:
    assert response_filter("action: IGNORE, predicate: '{{ true }}'")(TransportFailure("read", "…")) is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param("plain", "plain", id="a JSON text"),
        pytest.param(b"<h1>plain</h1>", "<h1>plain</h1>", id="a body that is no JSON"),
        pytest.param({"message": "a"}, "a", id="a message"),
        pytest.param({"error": "b", "message": "a"}, "a", id="the message before the error"),
        pytest.param({"detail": "c", "error": "b"}, "b", id="the error before the detail"),
        pytest.param({"message": "", "error": "b"}, "b", id="an empty message is passed over"),
        pytest.param({"error": {"code": 7, "reason": "d"}}, "d", id="a message within the error"),
        pytest.param({"errors": [{"msg": "e"}, None, {"msg": "f"}]}, "e, f", id="several errors"),
        pytest.param([{"message": "g"}, "h"], "g, h", id="a list of errors"),
    ],
)
def test_the_error_message_is_searched_for_in_the_usual_places(body: Any, message: str) -> None:
    """The first key that holds something counts, at any depth; a list gives all of its messages."""
    pick = response_filter(f"action: FAIL, error_message_contains: '{message}'")

    assert pick(answer(body)) is not None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"code": "quota"}, id="a key that holds no message"),
        pytest.param({"message": "other", "error": "quota"}, id="a message behind the one that counts"),
        pytest.param({"errors": [None, 7]}, id="errors without text"),
    ],
)
def test_words_elsewhere_in_the_body_pick_nothing(body: Any) -> None:
    assert response_filter("action: FAIL, error_message_contains: quota")(answer(body)) is None


@pytest.mark.parametrize(
    ("settings", "status", "failure_type"),
    [
        pytest.param("action: FAIL, failure_type: config_error", 404, "config_error", id="as declared"),
        pytest.param("action: FAIL", 401, "config_error", id="that of the status"),
        pytest.param("action: FAIL", 418, "system_error", id="a status without one"),
        pytest.param("action: RETRY, failure_type: config_error", 503, "transient_error", id="only for FAIL"),
    ],
)
def test_a_failure_says_who_can_act(settings: str, status: int, failure_type: str) -> None:
    """A declared `failure_type` counts where the action is FAIL, as in the reference runtime."""
    assert resolution(f"http_codes: [{status}], {settings}", answer({}, status)).failure_type == failure_type


@pytest.mark.parametrize(
    ("message", "status", "told"),
    [
        pytest.param("error_message: Ask the owner.", 403, "Ask the owner.", id="as declared"),
        pytest.param(
            "", 503, "HTTP 503 Service Unavailable: the API is not available", id="the status's own"
        ),
        pytest.param("", 200, "HTTP 200", id="a good status has none"),
        pytest.param(
            "error_message: \"{{ config['missing'] }}\"", 200, "HTTP 200", id="an empty one is none"
        ),
        pytest.param(
            "error_message: '{{ response.a.b }}'", 200, "HTTP 200", id="a path through nothing gives none"
        ),
    ],
)
def test_a_failure_tells_the_declared_message_or_that_of_its_status(
    message: str, status: int, told: str
) -> None:
    assert resolution(f"action: FAIL, http_codes: [{status}], {message}", answer({}, status)).message == told


@pytest.mark.parametrize(
    ("template", "told"),
    [
        pytest.param("{{ response['error'] }}", "<text>", id="text of the body"),
        pytest.param(
            "{{ response['people'] }}", "[{'email': '<text>', 'id': '<number>'}]", id="a part of it"
        ),
        pytest.param("{{ headers['X-RateLimit-Left'] }}", "<text>", id="a header"),
        pytest.param("{{ request_url }}", "https://api.example.com:8443", id="the URL is its host"),
        pytest.param("quota {{ config['quota'] }}", "quota none", id="a setting is told as it is"),
    ],
)
def test_a_message_holds_shapes_of_the_answer_and_never_its_data(template: str, told: str) -> None:
    """An error answer may repeat personal data; a message ends in logs that nobody masks."""
    body = {"error": "ada@example.com is unknown", "people": [{"email": "ada@example.com", "id": 7}]}

    made = resolution(f'action: FAIL, http_codes: [404], error_message: "{template}"', answer(body, 404))

    assert made.message == told


def test_a_condition_sees_the_url_without_its_query_and_user() -> None:
    pick = response_filter(
        "action: FAIL, predicate: \"{{ request_url == 'https://api.example.com:8443/v1/people/ada' }}\""
    )

    assert pick(answer({})) is not None


def test_a_reset_of_pagination_is_an_action() -> None:
    """Whoever reads pages does it."""
    pick = built("{type: HttpResponseFilter, action: RESET_PAGINATION, http_codes: [400]}", RESPONSE_FILTER)

    resolution = pick(json_response({}, 400))
    assert resolution is not None
    assert resolution.action == "RESET_PAGINATION"


def test_the_answer_of_a_filter_is_its_action() -> None:
    assert resolution("action: RATE_LIMITED, http_codes: [403]", json_response({}, 403)) == Resolution(
        "RATE_LIMITED",
        "config_error",
        "HTTP 403 Forbidden: the credentials do not give access to this resource",
    )
