from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from penstock.errors import ResponseError
from penstock.http.request import HttpRequest, RequestOptions
from penstock.http.transport import Limits, Transport, TransportFailure
from penstock.testing.fake_api import Answer, FakeApi


@pytest.fixture
def send() -> Iterator[Transport]:
    """A transport that takes answers of 1,000 bytes and follows three redirects."""
    with closing(Transport(Limits(body_bytes=1_000, redirects=3))) as transport:
        yield transport


def test_a_request_arrives_as_it_was_made(api: FakeApi, send: Transport) -> None:
    """Method, order of the query, headers and body."""
    api.on("/orders", {}, method="POST")
    options = RequestOptions(params={"b": "ä b", "a": ["1", "2"]}, headers={"X-Key": "k"}, json={"n": 1})

    send(HttpRequest("POST", f"{api.url}/orders", options))

    received = api.requests[0]
    assert received.query == (("b", "ä b"), ("a", "1"), ("a", "2"))
    assert received.headers["x-key"] == "k"
    assert received.headers["content-type"] == "application/json"
    assert received.json == {"n": 1}


def test_a_declared_content_type_wins(api: FakeApi, send: Transport) -> None:
    api.on("/orders", {}, method="POST")

    send(
        HttpRequest(
            "POST", f"{api.url}/orders", RequestOptions(headers={"content-type": "text/x"}, json={"n": 1})
        )
    )

    assert api.requests[0].headers["content-type"] == "text/x"


def test_an_answer_comes_back_whole(api: FakeApi, send: Transport) -> None:
    """Header names keep the server's spelling: templates read them by it."""
    link = '<https://e.com/2>; rel="next"'
    api.on("/orders", Answer({"id": 1}, 404, {"X-Total": "7", "Link": link}))

    response = send(HttpRequest("GET", f"{api.url}/orders"))

    assert (response.status, response.json_or_empty) == (404, {"id": 1})
    assert response.headers["X-Total"] == "7"
    assert response.links["next"]["url"] == "https://e.com/2"
    assert response.url == f"{api.url}/orders"


def test_a_packed_answer_is_unpacked(api: FakeApi, send: Transport) -> None:
    api.on("/orders", Answer(gzip.compress(b'{"id": 1}'), headers={"Content-Encoding": "gzip"}))

    response = send(HttpRequest("GET", f"{api.url}/orders"))

    assert response.body == b'{"id": 1}'
    assert "gzip" in api.requests[0].headers["accept-encoding"]


@pytest.mark.parametrize(
    ("limits", "timeouts"),
    [
        pytest.param(Limits(read_seconds=0.05), (None, None), id="the usual one"),
        pytest.param(Limits(), (None, 0.05), id="the one of the request"),
    ],
)
def test_a_time_out_ends_the_wait_for_a_silent_api(
    api: FakeApi, limits: Limits, timeouts: tuple[float | None, float | None]
) -> None:
    api.on("/slow", Answer({}, delay_seconds=5))

    with (
        closing(Transport(limits)) as send,
        pytest.raises(TransportFailure, match="no answer in time") as raised,
    ):
        send(HttpRequest("GET", f"{api.url}/slow", timeouts=timeouts))

    assert raised.value.kind == "timeout"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(b"x" * 1_001), id="as it is sent"),
        pytest.param(
            Answer(gzip.compress(b"x" * 1_001), headers={"Content-Encoding": "gzip"}), id="as it is unpacked"
        ),
    ],
)
def test_an_answer_over_the_limit_is_refused(api: FakeApi, send: Transport, answer: Answer) -> None:
    """Neither a huge page nor a small one that unpacks to a huge one fills the memory."""
    api.on("/orders", answer)

    with pytest.raises(ResponseError, match=r"the answer is over 1,000 bytes \(HTTP 200\)"):
        send(HttpRequest("GET", f"{api.url}/orders"))


def test_an_answer_of_the_very_limit_is_taken(api: FakeApi, send: Transport) -> None:
    api.on("/orders", b"x" * 1_000)

    assert len(send(HttpRequest("GET", f"{api.url}/orders")).body) == 1_000


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer({"id": 1}, truncate_at=4), id="in the middle of the body"),
        pytest.param(Answer({"id": 1}, truncate_at=0), id="before the body"),
        pytest.param(Answer(b"no gzip", headers={"Content-Encoding": "gzip"}), id="what cannot be unpacked"),
    ],
)
def test_an_answer_that_breaks_off_is_a_failure(api: FakeApi, send: Transport, answer: Answer) -> None:
    """Half an answer must not count as a short page."""
    api.on("/orders", answer)

    with pytest.raises(TransportFailure, match="the answer broke off") as raised:
        send(HttpRequest("GET", f"{api.url}/orders"))

    assert raised.value.kind == "read"


def test_a_host_that_refuses_is_named_without_the_rest_of_the_url(send: Transport) -> None:
    """Path and query may hold data or secrets; the host cannot."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(TransportFailure) as raised:
        send(HttpRequest("GET", f"http://ada:secret@127.0.0.1:{port}/people/ada?token=secret"))

    assert raised.value.kind == "connect"
    assert raised.value.reason == f"cannot connect to 127.0.0.1:{port}: connection refused"


@pytest.mark.parametrize(
    ("url", "headers", "reason"),
    [
        pytest.param("http://[::1", {}, "the URL is not one that can be requested", id="a URL that is none"),
        pytest.param("gopher://e.com", {}, "the URL is not one that can be requested", id="another protocol"),
        pytest.param(
            "http://127.0.0.1",
            {"X-Key": "k\r\nX-Other: 1"},
            "the header `X-Key` holds a character that HTTP does not allow",
            id="a line break in a header",
        ),
        pytest.param(
            "http://127.0.0.1",
            {"X-Key": "“k”"},
            "the header `X-Key` holds a character that HTTP does not allow",
            id="a header with quotes from a word processor",
        ),
        pytest.param(
            "http://127.0.0.1",
            {"X Key": "k"},
            "a header's name holds a character that HTTP does not allow",
            id="a blank in a header's name",
        ),
    ],
)
def test_a_request_that_cannot_be_sent_is_told_so(
    send: Transport, url: str, headers: dict[str, str], reason: str
) -> None:
    """Trying again would not help, so it has a kind of its own. The value is not repeated."""
    with pytest.raises(TransportFailure) as raised:
        send(HttpRequest("GET", url, RequestOptions(headers=headers)))

    assert (raised.value.kind, raised.value.reason) == ("request", reason)


@pytest.mark.parametrize(
    ("value", "received"),
    [
        pytest.param(" k\t", "k", id="white space around it is no part of it"),
        pytest.param("Zoë", "Zoë", id="letters of Latin-1"),
        pytest.param("", "", id="nothing"),
        pytest.param(7, "7", id="a number"),
    ],
)
def test_a_header_is_sent_as_text(api: FakeApi, send: Transport, value: object, received: str) -> None:
    """RFC 9110 §5.5. A key that was copied with a blank at its end still works."""
    api.on("/orders", {})

    send(HttpRequest("GET", f"{api.url}/orders", RequestOptions(headers={"X-Key": value})))

    assert api.requests[0].headers["x-key"] == received


def test_redirects_are_followed(api: FakeApi, send: Transport) -> None:
    api.on("/old", Answer(b"", 302, {"Location": "/new?page=1"}))
    api.on("/new", {"id": 1})

    response = send(HttpRequest("GET", f"{api.url}/old"))

    assert (response.status, response.json_or_empty) == (200, {"id": 1})
    assert response.url == f"{api.url}/new?page=1"


def test_credentials_do_not_follow_a_redirect_to_another_host(api: FakeApi, send: Transport) -> None:
    with FakeApi() as other:
        other.on("/orders", {})
        api.on("/orders", Answer(b"", 302, {"Location": f"{other.url}/orders"}))

        send(HttpRequest("GET", f"{api.url}/orders", RequestOptions(headers={"Authorization": "Bearer t"})))

        assert api.requests[0].headers["authorization"] == "Bearer t"
        assert "authorization" not in other.requests[0].headers


def test_a_cookie_comes_back_to_the_host_that_set_it(api: FakeApi, send: Transport) -> None:
    api.on("/login", Answer(b"", 302, {"Location": "/orders", "Set-Cookie": "session=1; Path=/"}))
    api.on("/orders", {})

    with FakeApi() as other:
        other.on("/orders", {})
        for url in (
            f"{api.url}/login",
            f"{api.url}/orders",
            f"{other.url.replace('127.0.0.1', 'localhost')}/orders",
        ):
            send(HttpRequest("GET", url))

        assert [request.headers.get("cookie") for request in api.requests] == [None, "session=1", "session=1"]
        assert "cookie" not in other.requests[0].headers


def test_redirects_in_a_circle_end(api: FakeApi, send: Transport) -> None:
    api.on("/orders", Answer(b"", 302, {"Location": "/orders"}))

    with pytest.raises(TransportFailure, match="over 3 redirects"):
        send(HttpRequest("GET", f"{api.url}/orders"))

    assert len(api.requests) == 4


def test_a_closed_transport_sends_nothing_more(api: FakeApi, send: Transport) -> None:
    """A worker that was left behind opens no connection that nobody would close."""
    api.on("/orders", {"id": 1})
    send(HttpRequest("GET", f"{api.url}/orders"))

    send.close()

    with pytest.raises(TransportFailure, match="is over"):
        send(HttpRequest("GET", f"{api.url}/orders"))
    assert len(api.requests) == 1


def test_who_waits_for_an_answer_when_all_is_closed_is_told(send: Transport) -> None:
    """And the API sees the end of the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        request = HttpRequest("GET", f"http://127.0.0.1:{listening.getsockname()[1]}/orders")
        failures: list[TransportFailure] = []

        def ask() -> None:
            try:
                send(request)
            except TransportFailure as failure:
                failures.append(failure)

        asking = threading.Thread(target=ask)
        asking.start()
        connection, _ = listening.accept()
        with connection:
            connection.recv(1_000)
            send.close()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            asking.join(20)

            with contextlib.suppress(ConnectionError):
                assert connection.recv(1) == b""
    assert failures


def test_a_connection_that_opens_while_all_is_closed_is_closed_too(send: Transport) -> None:
    """The library forgets the ones that are not open yet: this one would stay until Python's garbage is collected."""
    failures: list[TransportFailure] = []
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        address = listening.getsockname()
        request = HttpRequest("GET", f"http://127.0.0.1:{address[1]}/orders")

        def ask() -> None:
            try:
                send(request)
            except TransportFailure as failure:
                failures.append(failure)

        # The queue is full: whoever comes next waits, and knocks again.
        with socket.create_connection(address):
            asking = threading.Thread(target=ask)
            asking.start()
            time.sleep(0.3)
            send.close()
            listening.accept()[0].close()
            connection, _ = listening.accept()
        with connection:
            connection.settimeout(10)
            connection.recv(1_000)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            asking.join(10)

            with contextlib.suppress(ConnectionError):
                assert connection.recv(1) == b""
    assert failures


def test_a_streamed_answer_arrives_in_pieces(api: FakeApi, send: Transport) -> None:
    """However large it is: the limit is for what is read whole."""
    api.on("/orders", b"x" * 1_000_000)

    response = send(HttpRequest("GET", f"{api.url}/orders", streams=True))

    pieces = list(response.chunks())
    assert len(pieces) > 1
    assert b"".join(pieces) == b"x" * 1_000_000
    assert response.received == 1_000_000


@pytest.mark.parametrize("streams", [True, False])
def test_a_packed_answer_in_two_parts_is_unpacked_to_its_end(
    api: FakeApi, send: Transport, streams: bool
) -> None:
    """Files that were put together from several are answered so."""
    packed = gzip.compress(b"a") + gzip.compress(b"b")
    api.on("/orders", Answer(packed, headers={"Content-Encoding": "gzip"}))

    assert send(HttpRequest("GET", f"{api.url}/orders", streams=streams)).body == b"ab"


def test_a_streamed_answer_can_be_read_whole(api: FakeApi, send: Transport) -> None:
    """For an error handler that looks into it; what is too large for that is refused."""
    api.on("/orders", {"id": 1})
    api.on("/large", b"x" * 1_001)

    assert send(HttpRequest("GET", f"{api.url}/orders", streams=True)).json_or_empty == {"id": 1}
    with pytest.raises(ResponseError, match="the answer is over 1,000 bytes"):
        send(HttpRequest("GET", f"{api.url}/large", streams=True)).body  # noqa: B018 - reading is the test


def test_an_error_is_read_whole(api: FakeApi, send: Transport) -> None:
    """So that error handlers see it, and the connection is free for the next attempt."""
    api.on("/orders", Answer({"error": "no"}, 500))

    response = send(HttpRequest("GET", f"{api.url}/orders", streams=True))

    assert (response.received, response.json_or_empty) == (0, {"error": "no"})


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(b"x" * 500_000, truncate_at=400_000), id="in the middle of the body"),
        pytest.param(
            Answer(gzip.compress(b"x" * 500_000)[:-9], headers={"Content-Encoding": "gzip"}),
            id="in the middle of what is packed",
        ),
    ],
)
def test_a_streamed_answer_that_breaks_off_is_an_error_of_the_stream(
    api: FakeApi, send: Transport, answer: Answer
) -> None:
    """It is too late to ask again: records of its first part are on their way."""
    api.on("/orders", answer)
    response = send(HttpRequest("GET", f"{api.url}/orders", streams=True))

    with pytest.raises(ResponseError, match=r"the answer broke off in the middle .*\(HTTP 200\)") as raised:
        list(response.chunks())

    assert raised.value.failure_type == "transient_error"


def test_an_api_that_falls_silent_in_the_middle_is_an_error() -> None:
    """The longest silence holds for every piece."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        closing(Transport(Limits(read_seconds=0.1))) as send,
    ):
        host, port = server.getsockname()

        def answer() -> None:
            connection = server.accept()[0]
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234")
            silent.append(connection)

        silent: list[socket.socket] = []
        thread = threading.Thread(target=answer)
        thread.start()
        response = send(HttpRequest("GET", f"http://{host}:{port}/", streams=True))
        with pytest.raises(ResponseError, match="the API fell silent in the middle of an answer"):
            list(response.chunks())
        thread.join()
        silent[0].close()


def test_closing_a_streamed_answer_hangs_up(api: FakeApi, send: Transport) -> None:
    """What was not read never comes, and the server is not kept waiting."""
    api.on("/orders", b"x" * 50_000_000)
    response = send(HttpRequest("GET", f"{api.url}/orders", streams=True))
    pieces = response.chunks()
    next(pieces)

    response.close()

    assert sum(map(len, _until_it_breaks(pieces))) < 50_000_000


def _until_it_breaks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    with contextlib.suppress(ResponseError):
        yield from pieces
