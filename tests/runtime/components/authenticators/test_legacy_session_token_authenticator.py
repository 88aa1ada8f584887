from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.errors import ConfigError, RequestError, ResponseError
from penstock.http.request import HttpResponse, RequestOptions
from penstock.testing.fakes import Fakes, component, json_response

SESSION = """
type: LegacySessionTokenAuthenticator
header: X-Session
login_url: session
validate_session_url: user/current
session_token_response_key: id
session_token: "{{ config['token'] }}"
username: "{{ config['user'] }}"
password: "{{ config['password'] }}"
"""
USER = {"user": "ada", "password": "secret"}


def authenticator(fakes: Fakes) -> Authenticator:
    using = replace(fakes.resources(), base_url=lambda: "https://e.com/api/")
    return component(SESSION, AUTHENTICATOR).build(using)


def session(token: str) -> RequestOptions:
    return RequestOptions(headers={"X-Session": token})


def test_a_token_that_is_good_is_sent() -> None:
    """It is tried once, and no one logs in."""
    fakes = Fakes({"token": "old", **USER}, answers=[json_response({})])
    made = authenticator(fakes)

    assert [made.options(), made.options()] == [session("old"), session("old")]
    assert [(request.method, request.url) for request in fakes.sent] == [
        ("GET", "https://e.com/api/user/current")
    ]
    assert fakes.sent[0].options == session("old")


def test_a_login_gives_another() -> None:
    """Where the API does not take the token, once it is a day old, and where a refresh is asked for."""
    answers = [json_response({}, 401), *(json_response({"id": f"new-{n}"}) for n in (1, 2, 3))]
    fakes = Fakes({"token": "old", **USER}, answers=answers)
    made = authenticator(fakes)

    tokens = [made.options(), made.options()]
    fakes.now += dt.timedelta(hours=24)
    tokens.append(made.options())
    made.refresh()
    tokens.append(made.options())

    assert tokens == [session("new-1"), session("new-1"), session("new-2"), session("new-3")]
    assert fakes.sent[1].url == "https://e.com/api/session"
    assert fakes.sent[1].content() == (b'{"username": "ada", "password": "secret"}', "application/json")
    assert {"old", "secret", "new-1", "new-2", "new-3"} <= set(fakes.minted)


@pytest.mark.parametrize(
    ("config", "answer", "error", "told"),
    [
        pytest.param(
            {"user": "ada"}, {}, ConfigError, "no user name and password", id="nothing to log in with"
        ),
        pytest.param(
            USER, json_response({}, 403), RequestError, "the login was answered HTTP 403", id="no login"
        ),
        pytest.param(USER, json_response({"x": 1}), ResponseError, "gave no token at `id`", id="no token"),
        pytest.param(
            {"token": "old"},
            json_response({}, 500),
            RequestError,
            "the test of the session token",
            id="no test",
        ),
    ],
)
def test_what_goes_wrong_is_told(
    config: dict[str, Any], answer: HttpResponse, error: type[Exception], told: str
) -> None:
    fakes = Fakes(config, answers=[answer])

    with pytest.raises(error, match=told):
        authenticator(fakes).options()
