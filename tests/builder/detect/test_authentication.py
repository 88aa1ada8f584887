"""Authenticators, guessed from requests and refusals."""

from __future__ import annotations

import base64

import pytest

from penstock.authoring import Json
from penstock_builder.detect.authentication import authentication
from penstock_builder.detect.exchange import Exchange

KEY = "{{ config['api_key'] }}"
URL = "https://api.example.com/things"


def key(into: Json, name: Json, token: Json = KEY) -> Json:
    option = {"type": "RequestOption", "inject_into": into, "field_name": name}
    return {"type": "ApiKeyAuthenticator", "api_token": token, "inject_into": option}


BEARER = {"type": "BearerAuthenticator", "api_token": KEY}
BASIC = {
    "type": "BasicHttpAuthenticator",
    "username": "{{ config['username'] }}",
    "password": "{{ config['password'] }}",
}


def basic(text: Json) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("headers", "made"),
    [
        ({"Authorization": "Bearer s3cret"}, BEARER),
        ({"authorization": basic("ann:s3cret")}, BASIC),
        ({"Authorization": basic("s3cret:")}, {"type": "BasicHttpAuthenticator", "username": KEY}),
        ({"Authorization": "token s3cret"}, key("header", "Authorization", f"Token {KEY}")),
        ({"Authorization": "s3cret"}, key("header", "Authorization")),
        ({"X-Api-Key": "s3cret"}, key("header", "X-Api-Key")),
        ({"X-Shopify-Access-Token": "s3cret"}, key("header", "X-Shopify-Access-Token")),
        ({"PRIVATE-TOKEN": "s3cret"}, key("header", "PRIVATE-TOKEN")),
        ({"Ocp-Apim-Subscription-Key": "s3cret"}, key("header", "Ocp-Apim-Subscription-Key")),
    ],
)
def test_a_header_tells_the_authenticator(headers: Json, made: Json) -> None:
    """Its value becomes a reference to the config and is in no guess."""
    best = authentication([Exchange("GET", URL, headers)])[0]

    assert best.value == made
    assert "s3cret" not in repr(best)


@pytest.mark.parametrize("name", ["api_key", "apikey", "access_token", "key", "hapikey"])
def test_a_parameter_may_be_a_key(name: Json) -> None:
    """Called so, it is one; a page token is none."""
    guesses = authentication([Exchange("GET", f"{URL}?{name}=s3cret&page_token=abc")])

    assert [guess.value for guess in guesses] == [key("request_parameter", name)]


@pytest.mark.parametrize(
    ("challenge", "made"),
    [
        ('Basic realm="a, Bearer b", charset="UTF-8"', [BASIC]),
        ('Bearer realm="x", error="invalid_token"', [BEARER]),
        ('Digest realm="x", nonce="y"', []),
        ('Newauth realm="apps", type=1, title="x", Basic realm="simple"', [BASIC]),
        ("Bearer, Basic", [BEARER, BASIC]),
    ],
)
def test_a_refusal_tells_what_is_wanted(challenge: Json, made: Json) -> None:
    """RFC 9110 §11.6.1: several challenges in one header; a scheme that we do not speak gives no guess."""
    guesses = authentication(
        [Exchange("GET", URL, status=401, response_headers={"WWW-Authenticate": challenge})]
    )

    assert [guess.value for guess in guesses] == made


def test_an_answer_without_credentials_needs_none() -> None:
    """Nothing was sent, and the answer came."""
    assert authentication([Exchange("GET", URL)])[0].value == {"type": "NoAuth"}
    assert authentication([Exchange("GET", URL, status=404)]) == []
