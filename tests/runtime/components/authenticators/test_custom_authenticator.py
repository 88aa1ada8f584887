from __future__ import annotations

from penstock.components.authenticators import AUTHENTICATOR
from penstock.http.request import HttpRequest
from penstock.testing.fakes import built


def test_a_class_signs_the_whole_request() -> None:
    """What it puts in depends on all else in the request."""
    made = built(
        "{type: CustomAuthenticator, class_name: components.SignedRequests, header: X-N}", AUTHENTICATOR
    )

    assert made.sign is not None
    assert made.sign(HttpRequest("GET", "http://a/b")).options.headers == {"X-N": "10"}
