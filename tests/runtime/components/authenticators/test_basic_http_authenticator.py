from __future__ import annotations

import base64

import pytest

from penstock.components.authenticators import AUTHENTICATOR
from penstock.testing.fakes import Fakes, built, component


@pytest.mark.parametrize(
    ("settings", "credentials"),
    [
        pytest.param("username: ada, password: secret", "ada:secret", id="both"),
        pytest.param("username: ada", "ada:", id="no password"),
        pytest.param("username: ada, password: \"{{ config['missing'] }}\"", "ada:", id="an empty password"),
        pytest.param("username: \"{{ config['key'] }}\", password: ''", "k-1:", id="a key for a user name"),
        pytest.param("username: ada, password: 'a:b'", "ada:a:b", id="a colon in the password"),
        pytest.param("username: Zoë, password: ключ", "Zoë:ключ", id="letters beyond ASCII go as UTF-8"),
        pytest.param("username: 1234, password: 007", "1234:7", id="YAML's numbers count as their text"),
    ],
)
def test_name_and_password_go_into_the_authorization_header(settings: str, credentials: str) -> None:
    """RFC 7617 §2: the two, joined by a colon, in base64."""
    authenticator = built(f"{{type: BasicHttpAuthenticator, {settings}}}", AUTHENTICATOR, key="k-1")

    scheme, sent = str(authenticator.options().headers["Authorization"]).split(" ")

    assert (scheme, base64.b64decode(sent).decode()) == ("Basic", credentials)


def test_the_password_and_what_is_sent_are_secrets_of_the_run() -> None:
    """Base64 hides nothing, so the credentials are redacted in that form as well."""
    fakes = Fakes()

    component("{type: BasicHttpAuthenticator, username: ada, password: secret}", AUTHENTICATOR).build(
        fakes.resources()
    )

    assert fakes.minted == ["secret", base64.b64encode(b"ada:secret").decode()]
