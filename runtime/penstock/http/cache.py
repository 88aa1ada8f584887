"""Remembers answers within a run, in memory: a parent that two streams read is requested once.

Only what is safe to repeat is kept: GET answered with 200. Raw answers never touch a disk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from penstock.http.request import HttpRequest, HttpResponse, Send

MOST_BYTES = 67_108_864


class ResponseCache:
    """Answers by request, the least recently used going first. Safe to use from any thread."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._lock = threading.Lock()
        self._answers: OrderedDict[object, HttpResponse] = OrderedDict()
        self._streams: set[str] = set()

    def keep(self, stream: str) -> None:
        """From now on remember the answers of this stream, unless its requester says `use_cache: false`."""
        self._streams.add(stream)

    def keeps(self, stream: str) -> bool:
        """Tell whether the answers of a stream are remembered."""
        return stream in self._streams

    def wrap(self, send: Send, stream: str) -> Send:
        """Wrap `send`; streams of one name share answers."""

        def send_once(request: HttpRequest) -> HttpResponse:
            key = (stream, request.method, request.full_url(), request.content()[0], _headers(request))
            with self._lock:
                known = self._answers.get(key)
                if known is not None:
                    self._answers.move_to_end(key)
                    return known
            response = send(request)
            if request.method == "GET" and response.status == 200:
                self._keep(key, response)
            return response

        return send_once

    def _keep(self, key: object, response: HttpResponse) -> None:
        size = len(response.body)
        if size > self._most:
            return
        with self._lock:
            if key in self._answers:
                return
            self._answers[key] = response
            self._held += size
            while self._held > self._most:
                _, dropped = self._answers.popitem(last=False)
                self._held -= len(dropped.body)


def _headers(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in request.options.headers.items()))
