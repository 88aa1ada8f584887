"""Requesters: one request, made and sent, and the places in it where values go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from penstock.expressions.compile import Scope
from penstock.http.request import HttpResponse, RequestOptions
from penstock.lean import dataclass
from penstock.registry import Kind


@dataclass(frozen=True, slots=True)
class Injection:
    """A built request option. `options` puts a value in its place; with `is_path` the value is the path itself.

    `words` says where the place is.
    """

    options: Callable[[Any], RequestOptions]
    words: str
    is_path: bool = False


class Requester(Protocol):
    """A built requester."""

    def fetch(
        self, scope: Scope, injected: RequestOptions, path: str | None, *, streams: bool = False
    ) -> HttpResponse:
        """Send one request; `path` replaces the declared one. Raises RequestError.

        With `streams` the answer's body may still arrive: read it to its end, or close it.
        """
        ...


SCOPE = (
    "creation_response",
    "download_target",
    "next_page_token",
    "polling_response",
    "query_properties",
    "stream_interval",
    "stream_partition",
    "stream_slice",
)
"""What the templates of a request may read: the slice, the page, the properties, and for an asynchronous job its own."""

REQUESTER: Kind[Requester] = Kind("requester", "Makes and sends a request.", custom="CustomRequester")
REQUEST_OPTION: Kind[Injection] = Kind("request_option", "A place in a request where a value goes.")
