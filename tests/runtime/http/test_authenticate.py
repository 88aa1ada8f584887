from __future__ import annotations

import pytest

from penstock.errors import StreamError
from penstock.http.authenticate import authenticated
from penstock.http.request import HttpRequest, RequestOptions
from penstock.testing.fakes import Fakes, json_response

TOKEN = RequestOptions(headers={"Authorization": "Bearer t"})


def sent(request: HttpRequest, credentials: RequestOptions = TOKEN) -> RequestOptions:
    """What goes out for a request once it is signed."""
    fakes = Fakes(answers=[json_response({})])
    authenticated(fakes.resources().send, lambda: credentials)(request)
    return fakes.sent[0].options


def test_credentials_join_the_request() -> None:
    request = HttpRequest("GET", "https://e.com", RequestOptions(headers={"X-A": "b"}))

    assert sent(request).headers == {"X-A": "b", "Authorization": "Bearer t"}


def test_credentials_stand_between_what_is_declared_and_the_page() -> None:
    """The order of the query."""
    request = HttpRequest(
        "GET", "https://e.com", RequestOptions(params={"a": "1"}), RequestOptions(params={"page": 2})
    )

    assert list(sent(request, RequestOptions(params={"key": "k"})).params) == ["a", "key", "page"]


def test_each_attempt_is_signed_afresh() -> None:
    """A token that was refreshed between two attempts is used for the second."""
    fakes = Fakes(answers=[json_response({})])
    tokens = iter(["old", "new"])
    send = authenticated(
        fakes.resources().send, lambda: RequestOptions(headers={"Authorization": next(tokens)})
    )

    send(HttpRequest("GET", "https://e.com"))
    send(HttpRequest("GET", "https://e.com"))

    assert [request.options.headers["Authorization"] for request in fakes.sent] == ["old", "new"]


def test_a_header_of_another_spelling_gives_way() -> None:
    """To HTTP it is the same header (RFC 9110 §5.1), and the credentials are the later word."""
    request = HttpRequest(
        "GET", "https://e.com", RequestOptions(headers={"authorization": "mine", "X-A": "b"})
    )

    assert sent(request).headers == {"X-A": "b", "Authorization": "Bearer t"}


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(
            HttpRequest("GET", "https://e.com", RequestOptions(headers={"Authorization": "mine"})),
            id="declared",
        ),
        pytest.param(
            HttpRequest("GET", "https://e.com", injected=RequestOptions(headers={"Authorization": "mine"})),
            id="put in by the paginator",
        ),
    ],
)
def test_a_header_of_the_same_spelling_is_an_error(request_: HttpRequest) -> None:
    """One of the two is a mistake of the manifest, and nobody can tell which."""
    with pytest.raises(StreamError, match="the header `Authorization` is set twice"):
        sent(request_)
