from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qsl

import pytest

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.errors import ManifestError, RequestError, ResponseError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import Fakes, component, json_response

REFRESHING = """
type: OAuthAuthenticator
token_refresh_endpoint: https://auth.example.com/token
client_id: "{{ config['client_id'] }}"
client_secret: "{{ config['client_secret'] }}"
refresh_token: "{{ config['refresh_token'] }}"
"""
UPDATING = """
type: OAuthAuthenticator
token_refresh_endpoint: https://auth.example.com/token
client_id: id-1
client_secret: secret-1
refresh_token_updater: {}
"""
CREDENTIALS = {"client_id": "id-1", "client_secret": "secret-1", "refresh_token": "refresh-1"}


def oauth(fakes: Fakes, text: str = REFRESHING, *, settings: str = "") -> Authenticator:
    return component(text + settings, AUTHENTICATOR).build(fakes.resources())


def answering(*bodies: object, **config: Any) -> Fakes:
    return Fakes({**CREDENTIALS, **config}, answers=[json_response(body) for body in bodies])


def sent_form(fakes: Fakes, number: int = -1) -> list[tuple[str, str]]:
    content, kind = fakes.sent[number].content()
    assert content is not None
    assert kind == "application/x-www-form-urlencoded"
    return parse_qsl(content.decode(), keep_blank_values=True)


def bearer(token: str) -> RequestOptions:
    return RequestOptions(headers={"Authorization": f"Bearer {token}"})


def test_a_refresh_token_gives_an_access_token() -> None:
    """RFC 6749 §6: the parameters go as a form, in the order in which the reference runtime sends them."""
    fakes = answering({"access_token": "access-1", "expires_in": 3600})

    assert oauth(fakes).options() == bearer("access-1")
    assert fakes.sent[0].method == "POST"
    assert sent_form(fakes) == [
        ("grant_type", "refresh_token"),
        ("client_id", "id-1"),
        ("client_secret", "secret-1"),
        ("refresh_token", "refresh-1"),
    ]


def test_a_token_is_asked_for_again_when_it_has_expired() -> None:
    """And not before: one that is good for an hour serves every request of that hour."""
    fakes = answering({"access_token": "first", "expires_in": "3600"}, {"access_token": "second"})
    authenticator = oauth(fakes)

    tokens = [authenticator.options()]
    fakes.now += dt.timedelta(minutes=59)
    tokens.append(authenticator.options())
    fakes.now += dt.timedelta(minutes=1)
    tokens.append(authenticator.options())

    assert tokens == [bearer("first"), bearer("first"), bearer("second")]
    assert len(fakes.sent) == 2


def test_refresh_asks_at_once() -> None:
    """It is what the action REFRESH_TOKEN_THEN_RETRY of an error handler does."""
    fakes = answering({"access_token": "first"}, {"access_token": "second"})
    authenticator = oauth(fakes)
    authenticator.options()

    authenticator.refresh()

    assert authenticator.options() == bearer("second")


def test_streams_share_a_token() -> None:
    """Equal settings give one token for the run, whichever stream asks first."""
    fakes = answering({"access_token": "access-1"})
    using = fakes.resources()

    for _ in range(2):
        component(REFRESHING, AUTHENTICATOR).build(using).options()

    assert len(fakes.sent) == 1


@pytest.mark.parametrize(
    ("settings", "form"),
    [
        pytest.param(
            "client_id_name: app\nclient_secret_name: key\nrefresh_token_name: code\ngrant_type_name: how",
            {"how": "refresh_token", "app": "id-1", "key": "secret-1", "code": "refresh-1"},
            id="parameters of other names",
        ),
        pytest.param(
            "refresh_request_body: {audience: api, client_id: other}",
            {
                "audience": "api",
                "client_id": "id-1",
                "grant_type": "refresh_token",
                "client_secret": "secret-1",
                "refresh_token": "refresh-1",
            },
            id="further parameters, which replace none",
        ),
        pytest.param(
            "refresh_request_headers: {Authorization: Basic abc}",
            {"grant_type": "refresh_token", "refresh_token": "refresh-1"},
            id="a header of the client's own spares id and secret",
        ),
    ],
)
def test_the_request_is_as_the_api_wants_it(settings: str, form: dict[str, str]) -> None:
    """Token endpoints differ, within what the language foresees."""
    fakes = answering({"access_token": "access-1"})

    oauth(fakes, settings=settings).options()

    assert dict(sent_form(fakes)) == form


def test_client_credentials_need_no_refresh_token() -> None:
    """RFC 6749 §4.4."""
    fakes = answering({"access_token": "access-1"})
    text = REFRESHING.replace("refresh_token: ", "grant_type: client_credentials #")

    oauth(fakes, text).options()

    assert dict(sent_form(fakes)) == {
        "grant_type": "client_credentials",
        "client_id": "id-1",
        "client_secret": "secret-1",
    }


def test_scopes_are_a_repeated_field() -> None:
    """Under the name `scopes`, as the reference runtime sends them."""
    fakes = answering({"access_token": "access-1"})

    oauth(fakes, settings="scopes: [orders, customers]").options()

    assert sent_form(fakes)[-2:] == [("scopes", "orders"), ("scopes", "customers")]


def test_the_parameters_may_go_into_the_url() -> None:
    """The body is empty then."""
    fakes = answering({"access_token": "access-1"})

    oauth(fakes, settings="send_refresh_request_as_query_params: true").options()

    assert fakes.sent[0].content() == (None, "")
    assert "refresh_token=refresh-1" in fakes.sent[0].full_url()


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        pytest.param("access_token_name: key", {"key": "t"}, id="under another name"),
        pytest.param("", {"data": {"session": [{"access_token": "t"}]}}, id="anywhere inside"),
    ],
)
def test_the_token_is_found_in_the_answer(settings: str, answer: object) -> None:
    """By name, at most five levels deep."""
    assert oauth(answering(answer), settings=settings).options() == bearer("t")


def test_an_answer_without_a_token_tells_its_shape() -> None:
    """Never what it says."""
    with pytest.raises(
        ResponseError, match="no `access_token` in the answer, an object with key `error`"
    ) as raised:
        oauth(answering({"error": "canary"})).options()
    assert "canary" not in str(raised.value)


def test_a_life_can_be_a_moment() -> None:
    """With `token_expiry_date_format`, `expires_in` says when, not how long."""
    fakes = answering(
        {"access_token": "first", "expires_in": "2024-03-01T13:00:00Z"}, {"access_token": "second"}
    )
    authenticator = oauth(fakes, settings='token_expiry_date_format: "%Y-%m-%dT%H:%M:%SZ"')

    tokens = [authenticator.options()]
    fakes.now += dt.timedelta(hours=1)
    tokens.append(authenticator.options())

    assert tokens == [bearer("first"), bearer("second")]


@pytest.mark.parametrize(
    ("expiry", "token"),
    [
        pytest.param("token_expiry_date: '2024-03-01T12:30:00Z'", "given", id="it is still good"),
        pytest.param("token_expiry_date: '1709296200'", "given", id="so it is, in seconds since 1970"),
        pytest.param("token_expiry_date: '2024-03-01T11:00:00Z'", "fetched", id="it has expired"),
        pytest.param("", "fetched", id="nobody knows how long it is good"),
    ],
)
def test_a_token_may_be_given_to_begin_with(expiry: str, token: str) -> None:
    """It is sent while it is known to be good."""
    fakes = answering({"access_token": "fetched"})

    assert oauth(fakes, settings=f"access_token_value: given\n{expiry}").options() == bearer(token)


def test_a_token_without_an_endpoint_is_sent_as_it_is() -> None:
    """A static token never changes."""
    fakes = answering()

    assert oauth(fakes, "{type: OAuthAuthenticator, access_token_value: static}").options() == bearer(
        "static"
    )
    assert fakes.minted == ["static"]


def test_new_tokens_are_secrets() -> None:
    """The redactor hears of both before anything can be said of them."""
    fakes = answering({"access_token": "access-1", "refresh_token": "refresh-2"})

    oauth(fakes).options()

    assert fakes.minted == ["access-1", "refresh-2"]


def test_single_use_refresh_tokens_are_saved_in_the_config() -> None:
    """The next token is asked for with the new one, and whoever keeps the config is told."""
    fakes = answering(
        {"access_token": "access-1", "refresh_token": "refresh-2", "expires_in": 60},
        {"access_token": "access-2", "expires_in": 60},
        credentials={"refresh_token": "refresh-1", "client_id": "id-2"},
    )
    authenticator = oauth(fakes, UPDATING)

    authenticator.options()
    fakes.now += dt.timedelta(seconds=60)
    authenticator.options()

    assert dict(sent_form(fakes, 0))["refresh_token"] == "refresh-1"
    assert dict(sent_form(fakes, 1))["refresh_token"] == "refresh-2"
    assert dict(sent_form(fakes))["client_id"] == "id-2"
    assert fakes.config["credentials"] == {
        "refresh_token": "refresh-2",
        "client_id": "id-2",
        "access_token": "access-2",
        "token_expiry_date": "2024-03-01T12:02:00+00:00",
    }
    assert fakes.config_changes == 2


def test_a_saved_token_that_is_good_is_used() -> None:
    """The next run begins with what the last one saved."""
    saved = {"access_token": "saved", "token_expiry_date": "2024-03-01T13:00:00+00:00", "refresh_token": "r"}

    assert oauth(answering(credentials=saved), UPDATING).options() == bearer("saved")


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        pytest.param(
            400, {"error": "invalid_grant"}, "authenticate anew", id="a refresh token that is no good"
        ),
        pytest.param(400, {"error": "canary"}, "it answered HTTP 400", id="another mistake"),
        pytest.param(
            401, {"error": "invalid_grant"}, "it answered HTTP 401", id="a status that is not declared"
        ),
    ],
)
def test_a_refusal_ends_the_stream(status: int, body: object, told: str) -> None:
    """And says whether the user has to do something, without a word of the answer."""
    fakes = Fakes(dict(CREDENTIALS), answers=[json_response(body, status)])

    with pytest.raises(RequestError, match=f"stream orders, token endpoint: .*{told}") as raised:
        oauth(fakes).options()
    assert raised.value.failure_type == "config_error"
    assert "canary" not in str(raised.value)


def test_a_busy_endpoint_is_asked_again() -> None:
    """After 1, 2 and so on seconds."""
    fakes = Fakes(
        dict(CREDENTIALS),
        answers=[json_response({}, 429), json_response({}, 503), json_response({"access_token": "t"})],
    )

    assert oauth(fakes).options() == bearer("t")
    assert fakes.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        pytest.param("client_id", "OAuthAuthenticator needs `client_id`", id="the client's id"),
        pytest.param("client_secret", "OAuthAuthenticator needs `client_secret`", id="the client's secret"),
        pytest.param("refresh_token", "needs a `refresh_token`", id="the refresh token"),
        pytest.param("token_refresh_endpoint", "needs `token_refresh_endpoint`", id="the endpoint"),
    ],
)
def test_what_is_missing_is_found_in_the_manifest(missing: str, told: str) -> None:
    lines = [line for line in REFRESHING.splitlines() if not line.startswith(missing)]

    with pytest.raises(ManifestError, match=told):
        component("\n".join(lines), AUTHENTICATOR)
