from __future__ import annotations

import datetime as dt

import pytest

from penstock.components.authenticators import AUTHENTICATOR
from penstock.errors import ManifestError, ResponseError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import Fakes, component, json_response

SESSION = """
type: SessionTokenAuthenticator
login_requester:
  url: https://api.example.com/login
  http_method: POST
  request_body_json: {user: "{{ config['user'] }}"}
session_token_path: [session, id]
request_authentication: {type: Bearer}
"""


def bearer(token: str) -> RequestOptions:
    return RequestOptions(headers={"Authorization": f"Bearer {token}"})


def session(number: int) -> dict[str, object]:
    return {"session": {"id": f"token-{number}"}}


def test_each_request_logs_in_where_nothing_tells_how_long_a_token_is_good() -> None:
    """The request that logs in is made like any other."""
    fakes = Fakes({"user": "ada"}, answers=[json_response(session(1)), json_response(session(2))])
    authenticator = component(SESSION, AUTHENTICATOR).build(fakes.resources())

    assert [authenticator.options(), authenticator.options()] == [bearer("token-1"), bearer("token-2")]
    assert fakes.sent[0].content() == (b'{"user": "ada"}', "application/json")
    assert fakes.minted == ["token-1", "token-2"]


def test_a_token_is_kept_for_its_duration() -> None:
    """With `expiration_duration` one login serves all requests until then."""
    fakes = Fakes(answers=[json_response(session(1)), json_response(session(2))])
    authenticator = component(f"{SESSION}expiration_duration: PT1H", AUTHENTICATOR).build(fakes.resources())

    tokens = [authenticator.options(), authenticator.options()]
    fakes.now += dt.timedelta(hours=1)
    tokens.append(authenticator.options())

    assert tokens == [bearer("token-1"), bearer("token-1"), bearer("token-2")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"session": {}}, id="nothing stands at the path"),
        pytest.param({"session": {"id": ""}}, id="what stands there is empty"),
        pytest.param([], id="the answer is empty"),
    ],
)
def test_a_login_without_a_token_is_an_error(body: object) -> None:
    """The stream ends rather than ask without a token."""
    fakes = Fakes(answers=[json_response(body)])
    authenticator = component(SESSION, AUTHENTICATOR).build(fakes.resources())

    with pytest.raises(ResponseError, match="the login gave no token at `session"):
        authenticator.options()


def test_a_duration_must_be_one() -> None:
    with pytest.raises(ManifestError, match="not an ISO-8601 duration"):
        component(f"{SESSION}expiration_duration: an hour", AUTHENTICATOR)
