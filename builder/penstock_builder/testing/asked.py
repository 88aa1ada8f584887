"""A request as recordings and cases see it, and in which way two of them differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from penstock.authoring import Exchange, HttpRequest
from penstock_builder.testing.scrub import (
    body_without_credentials,
    url_without_credentials,
    without_credentials,
)

Json = Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A request without its credentials. `body` is JSON or text, None where there is none."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Json

    @property
    def path(self) -> str:
        """The path alone: a host tells who asks, a query may tell of whom."""
        return unquote(urlsplit(self.url).path) or "/"

    @property
    def params(self) -> dict[str, str]:
        """The query as a mapping; of a repeated name the last value."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def asked_of_exchange(exchange: Exchange) -> Asked:
    """The request of an exchange of a sample."""
    return _asked(exchange.method, exchange.url, exchange.headers, exchange.body or "")


def asked_of_request(request: HttpRequest, redactor: Callable[[str], str] = str) -> Asked:
    """A request that is about to be sent, without the secrets that the redactor knows."""
    content, content_type = request.content()
    headers = {name: redactor(str(value)) for name, value in request.options.headers.items()}
    if content_type:
        headers.setdefault("Content-Type", content_type)
    body = redactor((content or b"").decode("utf-8", "replace"))
    return _asked(request.method, redactor(request.full_url()), headers, body)


def _asked(method: str, url: str, headers: Mapping[str, str], body: str) -> Asked:
    content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    return Asked(
        method,
        url_without_credentials(url),
        without_credentials(headers),
        body_without_credentials(body, content_type),
    )


Same = Callable[[Json, Json], bool]


def exactly(one: Json, other: Json) -> bool:
    """Whether two JSON values are the same; `1` and `1.0` and `true` are not."""
    if isinstance(one, dict | list) or isinstance(other, dict | list):
        return type(one) is type(other) and len(one) == len(other) == 0
    return type(one) is type(other) and bool(one == other)


@dataclass(frozen=True, slots=True)
class Unlike:
    """A place at which a request is not as it should be; a value that is not there is None."""

    place: str
    expected: Json
    got: Json


def unlike(expected: Asked, got: Asked, same: Same = exactly) -> list[Unlike]:
    """Where two requests differ: method, host, path, parameters, headers, body."""
    wanted, found = urlsplit(expected.url), urlsplit(got.url)
    pairs: list[tuple[str, Json, Json]] = [
        ("the method", expected.method, got.method),
        ("the host", f"{wanted.scheme}://{wanted.netloc}", f"{found.scheme}://{found.netloc}"),
    ]
    if not _same_path(wanted.path, found.path, same):
        pairs.append(("the path", unquote(wanted.path), unquote(found.path)))
    places = [Unlike(*pair) for pair in pairs if not same(pair[1], pair[2])]
    places += _by_name("the parameter", _listed(wanted.query), _listed(found.query), same)
    places += _by_name("the header", _lower(expected.headers), _lower(got.headers), same)
    return places + list(differing(expected.body, got.body, "body", same))


def _same_path(one: str, other: str, same: Same) -> bool:
    wanted, found = (
        unquote(path).split("/") if "%2F" not in path.upper() else path.split("/") for path in (one, other)
    )
    return len(wanted) == len(found) and all(map(same, map(unquote, wanted), map(unquote, found)))


def _listed(query: str) -> dict[str, Json]:
    """The query by name; a name that is repeated has its values in order."""
    listed: dict[str, Json] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        listed[name] = [*listed[name], value] if name in listed else [value]
    return {name: values[0] if len(values) == 1 else values for name, values in listed.items()}


def _lower(headers: Mapping[str, str]) -> dict[str, Json]:
    return {name.lower(): value for name, value in headers.items()}


def _by_name(what: str, expected: Mapping[str, Json], got: Mapping[str, Json], same: Same) -> list[Unlike]:
    return [
        Unlike(f"{what} `{name}`", expected.get(name), got.get(name))
        for name in dict.fromkeys((*expected, *got))
        if not _same_inside(expected.get(name), got.get(name), same)
    ]


def _same_inside(one: Json, other: Json, same: Same) -> bool:
    return not any(differing(one, other, "", same))


def differing(expected: Json, got: Json, place: str, same: Same = exactly) -> Iterator[Unlike]:
    """Where two JSON values differ, by path; a field that is not there counts as null would not."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in dict.fromkeys((*expected, *got)):
            below = f"{place}.{key}" if place else key
            if key not in expected or key not in got:
                yield Unlike(below, expected.get(key, MISSING), got.get(key, MISSING))
            else:
                yield from differing(expected[key], got[key], below, same)
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from differing(one, other, f"{place}[{index}]", same)
    elif isinstance(expected, str) and isinstance(got, str) and _is_form(expected) and _is_form(got):
        if not _same_form(expected, got, same):
            yield Unlike(place, expected, got)
    elif not same(expected, got):
        yield Unlike(place, expected, got)


def _is_form(text: str) -> bool:
    return "=" in text and " " not in text


def _same_form(one: str, other: str, same: Same) -> bool:
    wanted, found = ([pair.partition("=")[::2] for pair in text.split("&")] for text in (one, other))
    return len(wanted) == len(found) and all(
        name == named and same(unquote_plus(value), unquote_plus(valued))
        for (name, value), (named, valued) in zip(wanted, found, strict=True)
    )


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()
"""Stands for a field that is not there."""


def told(value: Json) -> str:
    """A value in a message, on one line, cut where it is long."""
    text = (
        "nothing" if value is None or value is MISSING else json.dumps(value, ensure_ascii=False, default=str)
    )
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


_LONGEST = 160
