from __future__ import annotations

from penstock.components.authenticators import AUTHENTICATOR
from penstock.http.request import NO_OPTIONS
from penstock.testing.fakes import built


def test_no_auth_puts_nothing_into_a_request() -> None:
    """It says in so many words that an API asks for no credentials."""
    authenticator = built("{type: NoAuth}", AUTHENTICATOR)

    authenticator.refresh()

    assert authenticator.options() is NO_OPTIONS
