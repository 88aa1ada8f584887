"""What is sent and what comes back, as plain values; how a request becomes bytes."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import Any, Literal, Protocol
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urljoin, urlsplit

from penstock.errors import StreamError
from penstock.http.body import as_file
from penstock.lean import dataclass

Json = Any
Channel = Literal["params", "headers", "form", "json"]
CHANNELS: tuple[Channel, ...] = ("params", "headers", "form", "json")

_EMPTY: Mapping[str, Json] = {}
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_KINDS: Mapping[str, str] = {"json": "JSON", "html": "HTML", "xml": "XML", "csv": "CSV", "text": "text"}


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """What one party (requester, authenticator, paginator, slicer) puts into a request.

    `params` and `form` map names to text or a list of texts, `json` is an object, `text` a raw body.
    """

    params: Mapping[str, Json] = field(default_factory=dict)
    headers: Mapping[str, Json] = field(default_factory=dict)
    form: Mapping[str, Json] = field(default_factory=dict)
    json: Mapping[str, Json] = field(default_factory=dict)
    text: str = ""


NO_OPTIONS = RequestOptions()


def combine(parts: Iterable[RequestOptions]) -> RequestOptions:
    """Merge what several parties put in. Raises StreamError where two of them claim one key.

    Equal values collide too, except in a JSON body, where objects merge and equal leaves agree.
    """
    given = [part for part in parts if part is not NO_OPTIONS]
    if len(given) <= 1:
        return given[0] if given else NO_OPTIONS
    texts = [part.text for part in given if part.text]
    bodies = [part for part in given if part.form or part.json or part.text]
    if texts and len(bodies) > 1:
        raise StreamError(
            "a text body cannot be combined with other body options", failure_type="config_error"
        )
    return RequestOptions(
        params=_disjoint([part.params for part in given], "request parameter"),
        headers=_disjoint([part.headers for part in given], "header"),
        form=_disjoint([part.form for part in given], "form field"),
        json=_merged([part.json for part in given]),
        text=texts[0] if texts else "",
    )


def _disjoint(parts: list[Mapping[str, Json]], what: str) -> Mapping[str, Json]:
    filled = [part for part in parts if part]
    if len(filled) <= 1:
        return filled[0] if filled else _EMPTY
    merged: dict[str, Json] = {}
    for part in filled:
        for key, value in part.items():
            if key in merged:
                raise _collision(what, key)
            merged[key] = value
    return merged


def _merged(parts: list[Mapping[str, Json]], path: str = "") -> Mapping[str, Json]:
    filled = [part for part in parts if part]
    if len(filled) <= 1:
        return filled[0] if filled else _EMPTY
    merged: dict[str, Json] = {}
    for part in filled:
        for key, value in part.items():
            if key not in merged:
                merged[key] = value
            elif isinstance(value, Mapping) and isinstance(merged[key], Mapping):
                merged[key] = _merged([merged[key], value], f"{path}{key}.")
            elif merged[key] != value:
                raise _collision("body field", f"{path}{key}")
    return merged


def _collision(what: str, key: str) -> StreamError:
    return StreamError(
        f"the {what} `{key}` is set twice",
        hint="the requester, the authenticator, the paginator and the cursor each need keys of their own",
        failure_type="config_error",
    )


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request before it is signed and encoded.

    `declared` is what the requester puts in, `injected` what paginator and slicer do; credentials go in between,
    which is the order of the query string. `timeouts` are seconds to connect and between two bytes. With `streams` the
    body of an answer that is no error is not read yet when the answer is there; its reader must close it.
    """

    method: str
    url: str
    declared: RequestOptions = NO_OPTIONS
    injected: RequestOptions = NO_OPTIONS
    timeouts: tuple[float | None, float | None] = (None, None)
    streams: bool = False

    def signed(self, credentials: RequestOptions) -> HttpRequest:
        """The request with all three parts in one. Raises StreamError on a collision."""
        return replace(
            self, declared=combine([self.declared, credentials, self.injected]), injected=NO_OPTIONS
        )

    @property
    def options(self) -> RequestOptions:
        """All that was put in. Raises StreamError on a collision."""
        return combine([self.declared, self.injected])

    def full_url(self) -> str:
        """The URL with its parameters; one that the URL already carries with this value is not repeated."""
        url = _requote(self.url)
        params = self.options.params
        if not params:
            return url
        written = dict(reversed(parse_qsl(urlsplit(url).query)))
        pairs: list[tuple[str, Json]] = []
        for key, value in params.items():
            if isinstance(value, Mapping):
                raise StreamError(f"the request parameter `{key}` is an object", failure_type="config_error")
            if key in written and str(value) == written[key]:
                continue
            values = value if isinstance(value, list | tuple) else [value]
            pairs += [(key, v) for v in values if v is not None]
        if not pairs:
            return url
        base, hash_, fragment = url.partition("#")
        joint = "&" if "?" in base else "?"
        return f"{base}{joint}{urlencode(pairs)}{hash_}{fragment}"

    def content(self) -> tuple[bytes | None, str]:
        """The body as bytes and its content type; None and empty where there is none."""
        options = self.options
        if self.method not in {"GET", "POST", "PUT", "PATCH"}:
            return None, ""
        if options.json and (options.form or options.text):
            raise StreamError("a request has either a JSON body or other data", failure_type="config_error")
        if options.json:
            return json.dumps(options.json).encode(), "application/json"
        if options.form:
            pairs = [(k, v) for k, v in options.form.items() if v is not None]
            return urlencode(pairs, doseq=True).encode(), "application/x-www-form-urlencoded"
        return (options.text.encode(), "") if options.text else (None, "")


class Arriving(Protocol):
    """A body that is still on its way."""

    def chunks(self) -> Iterator[bytes]:
        """Give the pieces as they come. Raises ResponseError where the body breaks off."""
        ...

    def read(self) -> bytes:
        """Give what is left, whole. Raises ResponseError where it is too large or breaks off."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class HttpResponse:
    """An answer. `headers` keeps the server's spelling; repeated ones are joined by `, `.

    Its body is there whole, or arrives in pieces: then it can be read once, `received` counts the bytes so far, and it
    must be closed. `request` is what was sent for it.
    """

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str],
        body: bytes | Arriving,
        *,
        url: str = "",
        links: Mapping[str, Mapping[str, str]] | None = None,
        request: HttpRequest | None = None,
    ) -> None:
        self.status = status
        self.headers = headers
        self.received = 0
        self.url = url
        self.links = links or {}
        self.request = request
        self._body = body

    @property
    def body(self) -> bytes:
        """The body, or what is left of it, whole. Raises ResponseError where it is too large or breaks off."""
        if not isinstance(self._body, bytes):
            self._body = self._body.read()
        return self._body

    def chunks(self) -> Iterator[bytes]:
        """Give the body in pieces, as they arrive. Raises ResponseError where it breaks off."""
        for chunk in (self._body,) if isinstance(self._body, bytes) else self._body.chunks():
            self.received += len(chunk)
            yield chunk

    def file(self) -> io.BufferedReader:
        """The body as a file, to be read once."""
        return as_file(self.chunks())

    def close(self) -> None:
        """Let go of the connection, if the body did not arrive to its end."""
        if not isinstance(self._body, bytes):
            self._body.close()

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status < 400

    @property
    def kind(self) -> str:
        """The sort of body that the server says this is, in words of ours: such as "JSON" or "HTML"."""
        content_type = (self.header("Content-Type") or "").lower()
        return next((told for word, told in _KINDS.items() if word in content_type), "an unknown kind")

    @property
    def charset(self) -> str:
        """The character set that the server names; empty where it names none."""
        named = _CHARSET.search(self.header("Content-Type") or "")
        return named[1] if named else ""

    def header(self, name: str) -> str | None:
        """A header's value, whatever the spelling of its name."""
        lower = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == lower), None)

    @cached_property
    def json_or_empty(self) -> Json:
        """The body as JSON, or `{}` where it is none; for error handlers, which must not fail on a bad body."""
        import orjson

        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}


Send = Callable[[HttpRequest], HttpResponse]
"""Sends one request. Raises TransportFailure when no answer came (`transport.py`)."""

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def _requote(url: str) -> str:
    """Percent-encode what a URL may not hold; what is encoded already stays so (RFC 3986 §2)."""
    if "%" not in url:
        return quote(url, safe="!#$&'()*+,/:;=?@[]~")
    head, *parts = url.split("%")
    out = [head]
    for part in parts:
        code = part[:2]
        if len(code) == 2 and all(c in "0123456789abcdefABCDEF" for c in code):
            byte = unquote_to_bytes(f"%{code}")
            out.append((byte.decode() if byte[0] in _UNRESERVED else f"%{code}") + part[2:])
        else:
            return quote(url, safe="!#$&'()*+,/:;=?@[]~")
    return quote("".join(out), safe="!#$%&'()*+,/:;=?@[]~")


def join_url(base: str, path: str) -> str:
    """Join a path to a base URL, whose last segment counts as a folder; an empty path changes nothing.

    Raises StreamError where they are no URL.
    """
    if not path:
        return base
    try:
        return urljoin(base if base.endswith("/") else f"{base}/", path)
    except ValueError:
        raise StreamError("the URL cannot be read", failure_type="config_error") from None
