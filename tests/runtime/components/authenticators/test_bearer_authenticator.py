from __future__ import annotations

import pytest

from penstock.components.authenticators import AUTHENTICATOR
from penstock.errors import ExpressionError, ManifestError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import Fakes, built, component


@pytest.mark.parametrize(
    ("token", "header"),
    [
        pytest.param("abc", "Bearer abc", id="a token in the manifest"),
        pytest.param("{{ config['api_key'] }}", "Bearer k-1", id="a token of the config"),
        pytest.param("{{ config.number }}", "Bearer 1234", id="a number counts as its text"),
        pytest.param("007", "Bearer 007", id="text that is no literal stays as it is"),
        pytest.param("1e5", "Bearer 100000.0", id="a literal is read as one, as the language has it"),
        pytest.param(
            "{{ config['missing'] }}", "Bearer ", id="a missing token is empty, for the API to refuse"
        ),
    ],
)
def test_a_token_goes_into_the_authorization_header(token: str, header: str) -> None:
    """RFC 6750 §2.1."""
    authenticator = built(
        f'{{type: BearerAuthenticator, api_token: "{token}"}}', AUTHENTICATOR, api_key="k-1", number=1234
    )

    assert authenticator.options() == RequestOptions(headers={"Authorization": header})


def test_a_token_below_something_missing_is_an_error() -> None:
    """`config.credentials.token` without `credentials` is a wrong config, not an empty token."""
    with pytest.raises(ExpressionError, match="reads a part of something that is not there"):
        built('{type: BearerAuthenticator, api_token: "{{ config.credentials.token }}"}', AUTHENTICATOR)


def test_the_token_is_a_secret_of_the_run() -> None:
    """What leaves the process is redacted by value, so the redactor hears of the token as it is sent."""
    fakes = Fakes({"api_key": "k-1"})

    component("{type: BearerAuthenticator, api_token: \"{{ config['api_key'] }}\"}", AUTHENTICATOR).build(
        fakes.resources()
    )

    assert fakes.minted == ["k-1"]


def test_a_bearer_authenticator_needs_a_token() -> None:
    with pytest.raises(ManifestError, match="BearerAuthenticator needs `api_token`"):
        component("{type: BearerAuthenticator}", AUTHENTICATOR)
