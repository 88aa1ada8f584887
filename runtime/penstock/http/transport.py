"""The network: one shared httpx client, with time-outs and a size limit always on."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from penstock._version import __version__
from penstock.errors import ResponseError
from penstock.http.body import gunzip
from penstock.http.request import HttpRequest, HttpResponse
from penstock.lean import dataclass
from penstock.masking.exits import keep_unlogged, unlogged

_LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)
"""What the library logs to: URLs with their queries, and headers."""

FailureKind = Literal["timeout", "connect", "read", "request"]

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class TransportFailure(Exception):  # noqa: N818 - an outcome that handlers weigh, not yet an error
    """No usable answer came. `kind` and `reason` say why without naming the URL's query.

    The kind `request` means that nothing was sent, because the request is not one that can be.
    """

    def __init__(self, kind: FailureKind, reason: str) -> None:
        super().__init__(reason)
        self.kind: FailureKind = kind
        self.reason = reason


def _over() -> TransportFailure:
    return TransportFailure("request", "the run that it is for is over")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one exchange, in seconds and bytes. `read_seconds` is the longest silence between two bytes."""

    connect_seconds: float = 30.0
    read_seconds: float = 120.0
    body_bytes: int = 268_435_456
    redirects: int = 20


class Transport:
    """Sends requests. Safe to use from any thread; `close` it at the end."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._client: Any = None
        self._is_closed = False
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send one request and read the answer whole, unless the request streams and the answer is no error.

        Raises TransportFailure when none came, and ResponseError when it is over the size limit.
        """
        from penstock.http.client import httpx

        client = self._client or self._open()
        content, content_type = request.content()
        headers = {key: _sendable(key, str(value)) for key, value in request.options.headers.items()}
        if content_type and not any(key.lower() == "content-type" for key in headers):
            headers["Content-Type"] = content_type.encode()
        connect, read = request.timeouts
        extensions: dict[str, Any] = {}
        if connect or read:
            extensions["timeout"] = self._timeout(connect, read).as_dict()
        try:
            prepared = client.build_request(
                request.method,
                request.full_url(),
                headers=headers,
                content=content,
                extensions=extensions or None,
            )
            with unlogged():
                answer = client.send(prepared, stream=True)
            body = _Arriving(answer, self.limits.body_bytes)
            whole = None if request.streams and answer.status_code < 400 else body.take()
        except httpx.TimeoutException as error:
            raise TransportFailure("timeout", f"no answer in time ({type(error).__name__})") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            raise TransportFailure("request", "the URL is not one that can be requested") from None
        except httpx.TooManyRedirects:
            raise TransportFailure("read", f"over {self.limits.redirects} redirects") from None
        except httpx.ConnectError as error:
            raise TransportFailure(
                "connect", f"cannot connect to {_host(str(error.request.url))}{_cause(error)}"
            ) from None
        except (httpx.HTTPError, httpx.StreamError, EOFError, zlib.error) as error:
            raise TransportFailure("read", f"the answer broke off ({type(error).__name__})") from None
        except RuntimeError:  # httpx has no class of its own for a client that is closed
            if self._is_closed:
                raise _over() from None
            raise
        return HttpResponse(
            answer.status_code,
            _headers(answer),
            body if whole is None else whole,
            url=str(answer.url),
            links=answer.links,
            request=request,
        )

    def close(self) -> None:
        """Close every connection; whoever sends later, such as a worker that was left behind, gets a TransportFailure."""
        with self._lock:
            self._is_closed = True
            if self._client is not None:
                self._client.close()
                self._client = None

    def _open(self) -> Any:
        from penstock.http.client import Client, httpx

        keep_unlogged(_LOGGERS)
        with self._lock:
            if self._is_closed:
                raise _over()
            if self._client is None:
                self._client = Client(
                    timeout=self._timeout(None, None),
                    follow_redirects=True,
                    max_redirects=self.limits.redirects,
                    limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
                    headers={"User-Agent": f"penstock/{__version__}", "Accept-Encoding": "gzip, deflate"},
                    event_hooks={"response": [self._end_if_over]},
                )
            return self._client

    def _end_if_over(self, answer: Any) -> None:
        """A client that is closed leaves the connection that is only being opened: here it ends."""
        if self._is_closed:
            answer.extensions["network_stream"].close()
            raise _over()

    def _timeout(self, connect: float | None, read: float | None) -> Any:
        from penstock.http.client import httpx

        silence = read or self.limits.read_seconds
        return httpx.Timeout(silence, connect=connect or self.limits.connect_seconds)


class _Arriving:
    """The body of an answer of httpx, unpacked as its `Content-Encoding` says."""

    def __init__(self, answer: Any, most_bytes: int) -> None:
        self._answer = answer
        self._most = most_bytes
        self._pieces = self._unpacked()

    def chunks(self) -> Iterator[bytes]:
        from penstock.http.client import httpx

        try:
            yield from self._pieces
        except httpx.TimeoutException:
            raise self._broken("the API fell silent in the middle of an answer") from None
        except (httpx.HTTPError, httpx.StreamError, EOFError, zlib.error) as error:
            raise self._broken(f"the answer broke off in the middle ({type(error).__name__})") from None
        finally:
            self.close()

    def read(self) -> bytes:
        return self._joined(self.chunks())

    def take(self) -> bytes:
        """Read the body whole, and raise what httpx raises."""
        try:
            return self._joined(self._pieces)
        finally:
            self.close()

    def close(self) -> None:
        self._answer.close()

    def _unpacked(self) -> Iterator[bytes]:
        """The library's own unpacking stops after the first member, and takes half a member for a whole one."""
        if self._answer.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip"}:
            return gunzip(self._answer.iter_raw())
        pieces: Iterator[bytes] = self._answer.iter_bytes()
        return pieces

    def _joined(self, pieces: Iterator[bytes]) -> bytes:
        chunks = []
        size = 0
        for chunk in pieces:
            size += len(chunk)
            if size > self._most:
                raise ResponseError(
                    f"the answer is over {self._most:,} bytes (HTTP {self._answer.status_code})",
                    hint="ask for smaller pages, or raise PENSTOCK_MAX_RESPONSE_BYTES",
                )
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _broken(self, told: str) -> ResponseError:
        return ResponseError(
            f"{told} (HTTP {self._answer.status_code})",
            hint="records that came before are read; the next sync asks again",
            failure_type="transient_error",
        )


def _sendable(name: str, value: str) -> bytes:
    """A header's value as bytes, without the white space around it (RFC 9110 §5.5). Raises TransportFailure."""
    bare = value.strip(" \t")
    if not _HEADER_NAME.fullmatch(name):
        raise TransportFailure("request", "a header's name holds a character that HTTP does not allow")
    if not _HEADER_VALUE.fullmatch(bare):
        raise TransportFailure("request", f"the header `{name}` holds a character that HTTP does not allow")
    return bare.encode("latin-1")


def _headers(answer: Any) -> Mapping[str, str]:
    """Headers with the server's spelling; httpx would give them in lower case."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.headers.raw:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def links_of(headers: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """What the `Link` header among some headers says (RFC 8288), by relation."""
    from penstock.http.client import httpx

    links = httpx.Response(200, headers=dict(headers)).links
    return {relation: link for relation, link in links.items() if relation}


def _host(url: str) -> str:
    """The host and port alone: a URL's path and query may carry data."""
    from urllib.parse import urlsplit

    return urlsplit(url).netloc.rpartition("@")[2] or "the host"


def _cause(error: Exception) -> str:
    text = str(error).lower()
    for word, told in (
        ("refused", "connection refused"),
        ("name or service", "no such host"),
        ("getaddrinfo", "no such host"),
        ("nodename", "no such host"),
        ("temporary failure in name", "no such host"),
        ("certificate", "its certificate is not trusted"),
        ("ssl", "no secure connection"),
        ("unreachable", "network unreachable"),
    ):
        if word in text:
            return f": {told}"
    return ""
