from __future__ import annotations

import pytest

from penstock.components.budgets import API_BUDGET
from penstock.errors import StreamError
from penstock.http.request import HttpRequest, HttpResponse
from penstock.testing.fakes import Fakes, component, json_response

GET = HttpRequest("GET", "https://e.com/orders")
TWO_IN_TEN = "{type: MovingWindowCallRatePolicy, rates: [{limit: 2, interval: PT10S}], matchers: [%s]}"
FIXED = "{type: FixedWindowCallRatePolicy, call_limit: 5, period: PT1H, matchers: []}"
DEFAULT = "ratelimit_reset_header: ratelimit-reset"
GOOD = json_response({})


def waits(
    policies: str, answers: list[HttpResponse], *requests: HttpRequest, settings: str = DEFAULT
) -> list[float]:
    """How long each wait is when requests are sent one after the other within a budget."""
    fakes = Fakes(answers=answers)
    text = f"{{type: HTTPAPIBudget, policies: [{policies}], {settings}}}"
    send = component(text, API_BUDGET).build(fakes.resources()).within(fakes.resources().send)
    for request in requests:
        send(request)
    assert len(fakes.sent) == len(requests)
    return fakes.slept


def test_a_request_waits_for_room() -> None:
    assert waits(TWO_IN_TEN % "", [GOOD], *[GET] * 5) == [10, 10]


def test_a_heavy_request_needs_more_room() -> None:
    """A request costs what the first matcher that picks it says."""
    matchers = "{method: POST}, {method: GET, weight: 2}"

    assert waits(TWO_IN_TEN % matchers, [GOOD], *[GET] * 3) == [10, 10]


def test_the_first_policy_that_picks_a_request_counts() -> None:
    """One without matchers picks all, and a request that none picks is free."""
    free = "{type: UnlimitedCallRatePolicy, matchers: [{url_path_pattern: orders}]}"

    assert waits(f"{free}, {TWO_IN_TEN % ''}", [GOOD], *[GET] * 5) == []
    assert waits(TWO_IN_TEN % "{method: POST}", [GOOD], *[GET] * 5) == []
    assert waits(f"{TWO_IN_TEN % ''}, {free}", [GOOD], *[GET] * 3) == [10]


@pytest.mark.parametrize(
    ("policy", "settings", "answer", "expected"),
    [
        pytest.param(TWO_IN_TEN % "", DEFAULT, json_response({}, 429), [10], id="an answer 429"),
        pytest.param(
            TWO_IN_TEN % "",
            "status_codes_for_ratelimit_hit: [503]",
            json_response({}, 503),
            [10],
            id="an answer of another status",
        ),
        pytest.param(
            TWO_IN_TEN % "",
            "ratelimit_remaining_header: X-Left",
            json_response({}, x_left="0"),
            [10],
            id="a header that tells that nothing is left",
        ),
        pytest.param(
            TWO_IN_TEN % "",
            DEFAULT,
            json_response({}, ratelimit_remaining="soon"),
            [],
            id="a header that is no number",
        ),
        pytest.param(
            FIXED, DEFAULT, json_response({}, ratelimit_remaining="0"), [3600], id="none left until it ends"
        ),
        pytest.param(
            FIXED,
            "ratelimit_reset_header: X-Reset",
            json_response({}, 429, x_reset="1709294430"),
            [30],
            id="a header that tells when it ends",
        ),
    ],
)
def test_answers_tell_more_than_we_count(
    policy: str, settings: str, answer: HttpResponse, expected: list[float]
) -> None:
    """Others may use the same allowance: what the API says is heeded. The clock stands at 1709294400."""
    assert waits(policy, [answer, GOOD], GET, GET, settings=settings) == expected


def test_what_can_never_fit_is_an_error() -> None:
    """Rather than a wait without end."""
    with pytest.raises(StreamError, match="allows 2 at once, and a request weighs 3"):
        waits(TWO_IN_TEN % "{weight: 3}", [GOOD], GET)
