"""What a request asked for: its parameters, the fields of its body and its own headers, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from penstock.authoring import Json
from penstock_builder.detect.exchange import Exchange
from penstock_builder.detect.words import told

_USUAL = re.compile(
    r"accept|accept-.*|authorization|cache-control|connection|content-.*|cookie|host|origin|pragma|referer|priority"
    r"|sec-.*|te|upgrade.*|user-agent|x-forwarded-.*|x-request-id|traceparent|date|dnt|if-.*",
    re.IGNORECASE,
)
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a request; `into` is what `inject_into` of a RequestOption calls it."""

    into: str
    path: tuple[str, ...]

    def option(self) -> Json:
        """The RequestOption that fills this place."""
        one = {"field_name": self.path[0]} if len(self.path) == 1 else {"field_path": list(self.path)}
        return {"type": "RequestOption", "inject_into": self.into, **one}

    def words(self) -> str:
        """The place without what stands there: "the request parameter `page`"."""
        kinds = {"request_parameter": "request parameter", "header": "request header"}
        return f"the {kinds.get(self.into, 'body field')} {told(self.path, 'name')}"


def requested(exchange: Exchange) -> dict[Place, Json]:
    """What stands where in a request; query and headers are text. Headers that every client sends are left out."""
    found: dict[Place, Json] = {}
    for name, value in query(exchange.url):
        found[Place("request_parameter", (name,))] = value
    into = body_kind(exchange)
    for path, value in leaves(exchange.request_body):
        if into == "body_json" or len(path) == 1:
            found[Place(into, path)] = value
    for name, value in exchange.request_headers.items():
        if not _USUAL.fullmatch(name):
            found[Place("header", (name,))] = value
    return found


def body_kind(exchange: Exchange) -> str:
    """What `inject_into` calls the body of a request: a form, or JSON."""
    kinds = [value for name, value in exchange.request_headers.items() if name.lower() == "content-type"]
    return "body_data" if kinds and "urlencoded" in kinds[0].lower() else "body_json"


def query(url: str) -> list[tuple[str, str]]:
    """The parameters of a URL; none of one that cannot be read."""
    try:
        return [
            (name, value) for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True) if name
        ]
    except ValueError:
        return []


def address(url: str) -> str:
    """A URL without its query; the text itself where it is no URL."""
    return url.split("#", 1)[0].split("?", 1)[0]


def leaves(value: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """The values that are no objects, each with the keys that lead to it; what is inside lists is left out."""
    if isinstance(value, dict) and len(path) < _DEEPEST:
        for key, child in value.items():
            yield from leaves(child, (*path, key))
    elif path and not isinstance(value, dict):
        yield path, value
