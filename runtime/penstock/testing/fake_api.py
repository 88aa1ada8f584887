"""A real HTTP server on the loopback, told in Python what to answer: an API for tests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from penstock.lean import dataclass

Json = Any


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in. `query` is in order; `headers` have lower-case names; `body` is the raw one."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @property
    def params(self) -> dict[str, str]:
        """The query as a mapping; of a repeated name the last value."""
        return dict(self.query)

    @property
    def json(self) -> Json:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back. `body` is sent as it is if it is bytes or text, else as JSON.

    `delay_seconds` waits first; `truncate_at` sends only so many bytes of the body and hangs up.
    """

    body: Json = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    truncate_at: int | None = None


Handler = Callable[[Received], Answer | Json]


class FakeApi:
    """The server. Use as a context manager; `url` is where it listens, `requests` what it was asked.

    >>> with FakeApi() as api:
    ...     api.on("/items", lambda request: {"items": [{"id": 1}]})
    ...     # read api.url + "/items"
    """

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def on(self, path: str, handler: Handler | Json, method: str = "GET") -> None:
        """Answer requests for a path by what `handler` gives, or by the value itself."""
        self._handlers[method, path] = handler if callable(handler) else lambda request: handler

    def in_turn(self, path: str, *answers: Answer | Json, method: str = "GET") -> None:
        """Answer the first request for a path with the first answer, and so on; the last one stays."""
        left = list(answers)
        self.on(path, lambda request: left.pop(0) if len(left) > 1 else left[0], method)

    def paths(self) -> list[str]:
        """Path and query of each request, in the order in which they came."""
        return [
            r.path + ("?" + "&".join(f"{k}={v}" for k, v in r.query) if r.query else "")
            for r in self.requests
        ]

    def answer(self, request: Received) -> Answer:
        """Note a request and give its answer; 404 where nothing is set."""
        with self._lock:
            self.requests.append(request)
            handler = self._handlers.get((request.method, request.path))
            made = Answer({"error": "not found"}, 404) if handler is None else handler(request)
        return made if isinstance(made, Answer) else Answer(made)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_for(api: FakeApi) -> type[BaseHTTPRequestHandler]:
    class _Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            request = Received(
                method=self.command,
                path=parts.path,
                query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            answer = api.answer(request)
            if answer.delay_seconds:
                time.sleep(answer.delay_seconds)
            body, kind = _encoded(answer.body)
            self.send_response(answer.status)
            headers = {"Content-Type": kind, "Content-Length": str(len(body)), **answer.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: answer.truncate_at])
            if answer.truncate_at is not None:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Stay silent."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True

    return _Handler


def _encoded(body: Json) -> tuple[bytes, str]:
    if isinstance(body, bytes):
        return body, "application/octet-stream"
    if isinstance(body, str):
        return body.encode(), "text/plain; charset=utf-8"
    return json.dumps(body).encode(), "application/json"
