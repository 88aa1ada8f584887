from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from penstock.components.authenticators import AUTHENTICATOR
from penstock.errors import ConfigError, ManifestError, RequestError, ResponseError
from penstock.http.request import HttpRequest, HttpResponse
from penstock.testing.fakes import Fakes, component, json_response

AUTHENTICATOR_TEXT = """
type: RateLimitedMultipleTokenAuthenticator
tokens: "{{ config['tokens'] }}"
quota_status_source: {url: https://e.com/quota, unavailable_status_codes: [404]}
quotas:
  - {name: search, remaining_path: [search, left], reset_path: [search, reset], matchers: [{url_path_pattern: search}]}
  - name: core
    remaining_path: [core, left]
    reset_path: [core, reset]
    limit_path: [core, limit]
    remaining_header: X-Left
    reset_header: X-Reset
    limit_header: X-Limit
    exhaustion_status_codes: [403]
"""
NOW = 1_709_294_400
"""The epoch second at which the clock of tests stands."""

GET = HttpRequest("GET", "https://e.com/orders")
SEARCH = HttpRequest("GET", "https://e.com/search")
GOOD = json_response({})


class Api:
    """Answers the quota status by token, and other requests in turn; notes who asked for what."""

    def __init__(self, status: Callable[[str, int], HttpResponse], *answers: HttpResponse) -> None:
        self._status = status
        self._answers = list(answers)
        self.asked: list[str] = []
        self.sent: list[str] = []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = str(request.options.headers["Authorization"]).removeprefix("Bearer ")
        if request.url.endswith("quota"):
            self.asked.append(token)
            return self._status(token, len(self.asked))
        self.sent.append(token)
        return self._answers.pop(0) if self._answers else GOOD


def status(core: int, *, reset: int = NOW + 100, limit: int = 100, search: int = 100) -> HttpResponse:
    return json_response(
        {"core": {"left": core, "reset": reset, "limit": limit}, "search": {"left": search, "reset": reset}}
    )


def send(api: Api, *requests: HttpRequest, settings: str = "", tokens: str = "a, b,") -> Fakes:
    """Send requests one after the other with a pool; gives what was slept and told."""
    fakes = Fakes({"tokens": tokens})
    authenticator = component(f"{AUTHENTICATOR_TEXT}{settings}", AUTHENTICATOR).build(
        fakes.resources(send=api)
    )
    sending = authenticator.around(api)
    for request in requests:
        sending(request)
    return fakes


NO_RESERVE = "budget_min_reserve: 0\nbudget_reserve_fraction: 0"


def test_a_token_is_used_up_before_the_next() -> None:
    """What is left for each is asked once, at the first request."""
    api = Api(lambda token, _: status(2 if token == "a" else 100))

    fakes = send(api, *[GET] * 4, settings=NO_RESERVE)

    assert (api.asked, api.sent) == (["a", "b"], ["a", "a", "b", "b"])
    assert fakes.slept == []
    assert fakes.minted == ["a", "b"]


def test_each_quota_counts_for_itself() -> None:
    """The first whose matchers pick a request, else the one without matchers."""
    api = Api(lambda token, _: status(100, search=1 if token == "a" else 100))

    send(api, GET, SEARCH, SEARCH, GET, settings=NO_RESERVE)

    assert api.sent == ["a", "a", "b", "b"]


def test_all_used_up_waits_for_the_earliest_reset() -> None:
    """And asks again what is left then."""
    api = Api(lambda token, number: status(1 if number <= 2 else 9, reset=NOW + (60 if token == "a" else 90)))

    fakes = send(api, *[GET] * 3, settings=NO_RESERVE)

    assert api.sent == ["a", "b", "b"]
    assert api.asked == ["a", "b", "a", "b"]
    assert fakes.slept == [60]
    assert fakes.logged == ["INFO every token is used up; going on in 60 s"]


def test_a_wait_that_is_too_long_is_an_error() -> None:
    """Time will tell: the next sync may do it."""
    api = Api(lambda token, _: status(0, reset=NOW + 3600))

    with pytest.raises(RequestError, match="longer than `max_wait_time`") as raised:
        send(api, GET, settings="max_wait_time: PT30M")

    assert raised.value.failure_type == "transient_error"


def test_a_reserve_is_spread_over_the_time_that_is_left() -> None:
    """Where no token has more than the larger of the reserves; ten seconds at most."""
    api = Api(lambda token, _: status(20, reset=NOW + 78))

    assert send(api, GET).slept == [2]
    assert send(Api(lambda token, _: status(1)), GET).slept == [10]
    assert send(Api(lambda token, _: status(50, limit=1000)), GET).slept == [100 / 99]
    assert send(Api(lambda token, _: status(200, limit=1000)), GET).slept == []


@pytest.mark.parametrize(
    ("answer", "next_token"),
    [
        pytest.param(json_response({}, x_left="0"), "b", id="nothing is left"),
        pytest.param(json_response({}, x_left="0", x_reset=str(NOW + 999)), "b", id="of a later window"),
        pytest.param(json_response({}, x_left="0", x_reset=str(NOW + 9)), "a", id="of a window that is over"),
        pytest.param(json_response({}, x_left="5"), "a", id="something is left"),
        pytest.param(json_response({}, 403), "b", id="a status that says so"),
        pytest.param(json_response({}, 403, x_left="5"), "a", id="a status, but the header knows better"),
        pytest.param(json_response({}, 429), "a", id="another status"),
    ],
)
def test_answers_tell_what_is_left(answer: HttpResponse, next_token: str) -> None:
    """Of the token that was used."""
    api = Api(lambda token, _: status(100), answer)

    send(api, GET, GET, settings=NO_RESERVE)

    assert api.sent == ["a", next_token]


@pytest.mark.parametrize(
    ("left_for_b", "seconds"),
    [pytest.param(9, 0.1, id="another token"), pytest.param(0, None, id="none")],
)
def test_a_refused_request_goes_out_soon_with_another_token(left_for_b: int, seconds: float | None) -> None:
    """If there is one with something left."""
    refused = json_response({}, 403)
    api = Api(lambda token, _: status(9 if token == "a" else left_for_b), refused)
    fakes = Fakes({"tokens": "a,b"})
    authenticator = component(AUTHENTICATOR_TEXT, AUTHENTICATOR).build(fakes.resources(send=api))

    authenticator.around(api)(GET)

    assert authenticator.soon(refused) == seconds
    assert authenticator.soon(GOOD) is None


def test_without_counts_tokens_take_turns() -> None:
    api = Api(lambda token, _: json_response({}, 404))

    send(api, *[GET] * 3)

    assert api.sent == ["a", "b", "a"]


def test_streams_share_a_pool() -> None:
    """Where all settings are equal."""
    api = Api(lambda token, _: status(1 if token == "a" else 9))
    using = Fakes({"tokens": "a,b"}).resources(send=api)
    for _ in range(2):
        component(AUTHENTICATOR_TEXT, AUTHENTICATOR).build(using).around(api)(GET)

    assert (api.asked, api.sent) == (["a", "b"], ["a", "b"])


@pytest.mark.parametrize(
    ("api", "tokens", "error", "told"),
    [
        pytest.param(Api(lambda t, _: status(1)), " , ", ConfigError, "no token", id="no token"),
        pytest.param(
            Api(lambda t, _: json_response({"core": {}})),
            "a",
            ResponseError,
            "no number at the `remaining_path` `search.left`",
            id="no count",
        ),
        pytest.param(
            Api(lambda t, _: json_response({}, 401)),
            "a",
            RequestError,
            "quota status: HTTP 401",
            id="no answer",
        ),
    ],
)
def test_what_goes_wrong_is_told(api: Any, tokens: str, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        send(api, GET, tokens=tokens)


def test_it_needs_a_quota() -> None:
    with pytest.raises(ManifestError, match="needs `quotas`"):
        component(
            "{type: RateLimitedMultipleTokenAuthenticator, tokens: [a], "
            "quota_status_source: {url: https://e.com}, quotas: []}",
            AUTHENTICATOR,
        )
