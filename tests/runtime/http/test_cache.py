from __future__ import annotations

import pytest

from penstock.http.cache import ResponseCache
from penstock.http.request import HttpRequest, HttpResponse, RequestOptions, Send
from penstock.testing.fakes import Fakes, json_response

GET = HttpRequest("GET", "https://e.com/a")


def sized(noted: list[HttpRequest]) -> Send:
    """Answers with as many bytes as the parameter `bytes` says, and notes the request."""

    def send(request: HttpRequest) -> HttpResponse:
        noted.append(request)
        return HttpResponse(200, {}, b"x" * int(request.options.params["bytes"]))

    return send


def of_size(size: int) -> HttpRequest:
    return HttpRequest("GET", "https://e.com/a", RequestOptions(params={"bytes": size}))


def test_a_request_is_sent_once() -> None:
    """The second time it is answered from memory."""
    fakes = Fakes(answers=[json_response({"n": 1}), json_response({"n": 2})])
    send = ResponseCache().wrap(fakes.resources().send, "parents")

    assert [send(GET).json_or_empty for _ in range(3)] == [{"n": 1}] * 3
    assert len(fakes.sent) == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(HttpRequest("GET", "https://e.com/b"), id="another URL"),
        pytest.param(
            HttpRequest("GET", "https://e.com/a", RequestOptions(params={"a": "1"})), id="a parameter"
        ),
        pytest.param(
            HttpRequest("GET", "https://e.com/a", RequestOptions(headers={"X-A": "1"})), id="a header"
        ),
        pytest.param(HttpRequest("GET", "https://e.com/a", RequestOptions(json={"a": 1})), id="a body"),
        pytest.param(
            HttpRequest("GET", "https://e.com/a", injected=RequestOptions(params={"page": 2})),
            id="another page",
        ),
    ],
)
def test_a_request_that_differs_is_sent(other: HttpRequest) -> None:
    fakes = Fakes(answers=[json_response({})])
    send = ResponseCache().wrap(fakes.resources().send, "parents")

    send(GET)
    send(other)

    assert fakes.sent == [GET, other]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(HttpRequest("POST", "https://e.com/a"), 200, id="a POST, which may change things"),
        pytest.param(GET, 404, id="an answer that is an error"),
        pytest.param(GET, 206, id="a part of an answer"),
    ],
)
def test_only_good_answers_to_get_are_kept(request_: HttpRequest, status: int) -> None:
    fakes = Fakes(answers=[json_response({}, status)])
    send = ResponseCache().wrap(fakes.resources().send, "parents")

    send(request_)
    send(request_)

    assert len(fakes.sent) == 2


@pytest.mark.parametrize(
    ("stream", "requests"),
    [
        pytest.param("parents", 1, id="the same stream, in another child"),
        pytest.param("children", 2, id="another stream"),
    ],
)
def test_streams_of_one_name_share_answers(stream: str, requests: int) -> None:
    fakes = Fakes(answers=[json_response({})])
    cache = ResponseCache()

    cache.wrap(fakes.resources().send, "parents")(GET)
    cache.wrap(fakes.resources().send, stream)(GET)

    assert len(fakes.sent) == requests


def test_the_least_recently_used_answer_goes_first() -> None:
    """The memory is bounded in bytes; using an answer keeps it."""
    noted: list[HttpRequest] = []
    send = ResponseCache(most_bytes=100).wrap(sized(noted), "parents")
    for size in (40, 41, 40, 42):
        send(of_size(size))
    noted.clear()

    for size in (40, 42, 41):
        send(of_size(size))

    assert noted == [of_size(41)]


def test_an_answer_larger_than_the_memory_drives_nothing_out() -> None:
    noted: list[HttpRequest] = []
    send = ResponseCache(most_bytes=100).wrap(sized(noted), "parents")
    for size in (60, 101):
        send(of_size(size))
    noted.clear()

    for size in (60, 101):
        send(of_size(size))

    assert noted == [of_size(101)]


def test_a_stream_is_remembered_once_somebody_asks_for_that() -> None:
    cache = ResponseCache()

    cache.keep("parents")

    assert cache.keeps("parents")
    assert not cache.keeps("children")
