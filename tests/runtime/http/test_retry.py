from __future__ import annotations

import threading

import pytest

from penstock.components.error_handlers import ERROR_HANDLER
from penstock.errors import RequestError
from penstock.http.request import HttpRequest, HttpResponse
from penstock.http.retry import Interrupted, RetryPolicy, interruptible_sleep, retrying
from penstock.http.transport import TransportFailure
from penstock.testing.fakes import Fakes, built, json_response

REQUEST = HttpRequest("GET", "https://e.com/orders")
BUSY = json_response({}, 503)
THROTTLED = json_response({}, 429)
GOOD = json_response({"id": 1})


def policy(fakes: Fakes, handler: str = "") -> RetryPolicy:
    """How a requester of the stream `orders` retries with this DefaultErrorHandler."""
    using = fakes.resources()
    return RetryPolicy(
        handler=built(f"{{type: DefaultErrorHandler, {handler}}}", ERROR_HANDLER),
        sleep=using.sleep,
        monotonic=using.monotonic,
        log=using.log,
        where="stream orders",
        rate_limited=lambda: using.rate_limited("orders"),
        refresh=lambda: using.minted("a new token"),
    )


def fetch(fakes: Fakes, handler: str = "") -> HttpResponse:
    return retrying(fakes.resources().send, policy(fakes, handler))(REQUEST)


def test_a_good_answer_comes_at_once() -> None:
    fakes = Fakes(answers=[GOOD])

    assert fetch(fakes) is GOOD
    assert (len(fakes.sent), fakes.slept, fakes.logged) == (1, [], [])


def test_a_failed_request_is_sent_again_as_it_was() -> None:
    """And the log says what went wrong, in words of ours."""
    fakes = Fakes(answers=[BUSY, GOOD])

    assert fetch(fakes) is GOOD
    assert fakes.sent == [REQUEST, REQUEST]
    assert fakes.logged == [
        "INFO stream orders: HTTP 503 Service Unavailable: the API is not available; trying again in 1 s"
    ]


@pytest.mark.parametrize(
    ("handler", "waits", "attempts"),
    [
        pytest.param("", [1, 2, 4, 8, 16], "6 attempts", id="five times by default"),
        pytest.param("max_retries: 2", [1, 2], "3 attempts", id="as often as the manifest says"),
        pytest.param("max_retries: 0", [], "1 attempt", id="not at all, if it says so"),
        pytest.param(
            "max_retries: 3, backoff_strategies: [{type: ExponentialBackoffStrategy}]",
            [11, 21, 41],
            "4 attempts",
            id="as long as a strategy says, and a second more",
        ),
    ],
)
def test_waits_grow_until_the_retries_are_used_up(handler: str, waits: list[float], attempts: str) -> None:
    fakes = Fakes(answers=[BUSY])

    with pytest.raises(RequestError) as raised:
        fetch(fakes, handler)

    assert fakes.slept == waits
    assert raised.value.message == (
        f"stream orders: gave up after {attempts}: HTTP 503 Service Unavailable: the API is not available"
    )
    assert raised.value.failure_type == "transient_error"


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        pytest.param("30", 30, id="longer than ours"),
        pytest.param("0", 1, id="shorter than ours"),
        pytest.param("599.5", 599.5, id="almost ten minutes"),
        pytest.param("600", 1, id="ten minutes, which only a declared strategy may wait"),
        pytest.param("nan", 1, id="no number"),
        pytest.param("Fri, 01 Mar 2024 12:00:30 GMT", 1, id="a date, which is not read"),
    ],
)
def test_an_api_that_asks_for_a_longer_wait_gets_it(asked: str, wait: float) -> None:
    """RFC 9110 §10.2.3, where the manifest declares no strategy."""
    fakes = Fakes(answers=[json_response({}, 503, Retry_After=asked), GOOD])

    fetch(fakes)

    assert fakes.slept == [wait]


def test_a_declared_strategy_wins_over_the_header() -> None:
    fakes = Fakes(answers=[json_response({}, 503, Retry_After="30"), GOOD])

    fetch(fakes, "backoff_strategies: [{type: ConstantBackoffStrategy, backoff_time_in_seconds: 4}]")

    assert fakes.slept == [5]


def test_after_ten_minutes_the_next_failure_is_the_last() -> None:
    """However many retries are left."""
    fakes = Fakes(answers=[BUSY])

    with pytest.raises(RequestError, match="gave up after 4 attempts"):
        fetch(
            fakes,
            """
            max_retries: 9,
            backoff_strategies: [{type: ConstantBackoffStrategy, backoff_time_in_seconds: 200}]
            """,
        )

    assert fakes.slept == [201, 201, 201]


def test_one_wait_may_be_longer_than_ten_minutes() -> None:
    """Hourly limits ask for that."""
    fakes = Fakes(answers=[THROTTLED, GOOD])

    fetch(fakes, "backoff_strategies: [{type: ConstantBackoffStrategy, backoff_time_in_seconds: 3000}]")

    assert fakes.slept == [3001]


def test_a_wait_that_the_manifest_forbids_is_not_begun() -> None:
    fakes = Fakes(answers=[json_response({}, 429, Retry_After="3600")])

    with pytest.raises(RequestError, match="asks to wait 3600 s, longer than the 60 s"):
        fetch(
            fakes,
            """
            backoff_strategies: [
              {type: WaitTimeFromHeader, header: Retry-After, max_waiting_time_in_seconds: 60}
            ]
            """,
        )

    assert (len(fakes.sent), fakes.slept) == (1, [])


def test_a_refusal_ends_the_stream_at_once() -> None:
    """The failure type says who can act: here the user, who has the credentials."""
    fakes = Fakes(answers=[json_response({"message": "ada@example.com is locked"}, 401)])

    with pytest.raises(RequestError) as raised:
        fetch(fakes)

    assert (
        raised.value.message == "stream orders: HTTP 401 Unauthorized: the API does not take the credentials"
    )
    assert raised.value.failure_type == "config_error"
    assert len(fakes.sent) == 1


def test_an_ignored_answer_is_given_and_logged() -> None:
    """Whoever asked for it decides what a bad status means; the page loop reads no records from it."""
    gone = json_response({}, 404)
    fakes = Fakes(answers=[gone])

    assert fetch(fakes, "response_filters: [{http_codes: [404], action: IGNORE}]") is gone
    assert fakes.logged == ["INFO stream orders: ignored HTTP 404 Not Found: the resource is not there"]


def test_throttling_is_told_at_each_attempt() -> None:
    """The platform shows it as the stream's status."""
    fakes = Fakes(answers=[THROTTLED, THROTTLED, GOOD])

    fetch(fakes)

    assert fakes.rate_limited == ["orders", "orders"]
    assert fakes.slept == [1, 2]


def test_a_rate_limit_that_does_not_lift_is_told_as_one() -> None:
    fakes = Fakes(answers=[THROTTLED])

    with pytest.raises(RequestError) as raised:
        fetch(fakes, "max_retries: 1")

    assert raised.value.message == (
        "stream orders: the API's rate limit did not lift in 2 attempts (HTTP 429)"
    )
    assert raised.value.failure_type == "transient_error"


def test_a_new_token_is_fetched_before_the_next_attempt() -> None:
    fakes = Fakes(answers=[json_response({}, 401), GOOD])

    fetch(fakes, "response_filters: [{http_codes: [401], action: REFRESH_TOKEN_THEN_RETRY}]")

    assert fakes.minted == ["a new token"]


def test_a_failure_without_an_answer_is_tried_again() -> None:
    """With the waits of any other."""
    fakes = Fakes()

    def silent(request: HttpRequest) -> HttpResponse:
        raise TransportFailure("timeout", "no answer in time")

    with pytest.raises(RequestError, match="gave up after 6 attempts: no answer in time"):
        retrying(silent, policy(fakes))(REQUEST)

    assert fakes.slept == [1, 2, 4, 8, 16]


def test_a_request_that_cannot_be_sent_is_not_tried_again() -> None:
    fakes = Fakes()

    def refuse(request: HttpRequest) -> HttpResponse:
        raise TransportFailure("request", "the URL is not one that can be requested")

    with pytest.raises(
        RequestError, match="stream orders: the URL is not one that can be requested"
    ) as raised:
        retrying(refuse, policy(fakes))(REQUEST)

    assert (raised.value.failure_type, fakes.slept) == ("config_error", [])


def test_each_request_has_retries_of_its_own() -> None:
    fakes = Fakes(answers=[BUSY, GOOD, BUSY, GOOD])
    send = retrying(fakes.resources().send, policy(fakes, "max_retries: 1"))

    assert [send(REQUEST), send(REQUEST)] == [GOOD, GOOD]
    assert fakes.slept == [1, 1]


def test_a_wait_is_taken_in_short_naps() -> None:
    """So that a run that is stopped ends within half a second."""
    naps: list[float] = []

    interruptible_sleep(threading.Event(), naps.append)(1.75)

    assert naps == [0.5, 0.5, 0.5, 0.25]


def test_a_stopped_run_does_not_wait_on() -> None:
    stop = threading.Event()
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        stop.set()

    with pytest.raises(Interrupted):
        interruptible_sleep(stop, nap)(60)

    assert naps == [0.5]
