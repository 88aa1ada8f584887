from __future__ import annotations

from dataclasses import replace

from penstock.components.requesters import REQUESTER
from penstock.http.budget import Budget, Limit, MovingWindow, Policy
from penstock.http.request import NO_OPTIONS, HttpRequest, HttpResponse
from penstock.testing.fakes import Fakes, component, json_response


def test_cache_retry_credentials_and_budget_stand_in_this_order() -> None:
    """What is remembered costs nothing, each attempt spends budget, and the budget sees credentials."""
    fakes = Fakes(answers=[json_response({}, 503), json_response({"id": 1})])
    seen: list[str] = []

    def noting(request: HttpRequest) -> HttpResponse:
        seen.append(str(request.options.headers["Authorization"]))
        return fakes.resources().send(request)

    using = fakes.resources(send=noting)
    budget = Budget(
        [Policy([], MovingWindow([Limit(1, 60.0)]))],
        "left",
        "reset",
        frozenset(),
        using.clock,
        using.monotonic,
        using.sleep,
        using.log,
    )
    requester = component(
        """
        type: HttpRequester
        url: https://e.com/orders
        use_cache: true
        authenticator: {type: BearerAuthenticator, api_token: abc}
        """,
        REQUESTER,
    ).build(replace(using, budget=budget.within))

    for _ in range(2):
        requester.fetch({"config": {}}, NO_OPTIONS, None)

    assert seen == ["Bearer abc", "Bearer abc"]
    assert fakes.slept == [1, 59]


def test_a_moving_window_forgets_what_is_over() -> None:
    """What it remembers is no more than the limit."""
    window = MovingWindow([Limit(2, 10.0)])

    waits = [window.take(1, float(second)) for second in range(0, 1000, 5)]

    assert waits == [0.0] * 200


def test_a_wait_ends_when_enough_is_over() -> None:
    """A heavy call waits for more than one light one."""
    window = MovingWindow([Limit(3, 10.0)])

    assert [window.take(1, now) for now in (0.0, 1.0, 2.0)] == [0, 0, 0]
    assert window.take(2, 3.0) == 8.0
    assert window.take(1, 3.0) == 7.0
