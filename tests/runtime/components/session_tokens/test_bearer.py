from __future__ import annotations

from penstock.components.session_tokens import SESSION_TOKEN_USE
from penstock.http.request import RequestOptions
from penstock.testing.fakes import built


def test_the_token_goes_into_the_authorization_header() -> None:
    """RFC 6750 §2.1."""
    use = built("{type: Bearer}", SESSION_TOKEN_USE)

    assert use("abc") == RequestOptions(headers={"Authorization": "Bearer abc"})
