"""APIs as their documentation tells of them, served on the loopback. Nothing here knows what an importer guesses.

A strict server: an unknown parameter, a page size over the limit or a wrong credential is an error.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from penstock.testing.fake_api import Answer, FakeApi, Received

Json = Any
Record = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a list: `at` is the number of the first record wanted, `size` how many, `url` without query."""

    at: int
    size: int
    url: str
    request: Received


@dataclass(frozen=True, slots=True)
class Part:
    """A page: its records, where the next begins (None after the last), how many there are, and what was asked."""

    records: list[Record]
    next_at: int | None
    total: int
    asked: Asked

    @property
    def number(self) -> int:
        """The page's number, from 0 on."""
        return self.asked.at // self.asked.size

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.asked.size)

    def url(self, **changed: Json) -> str:
        """The URL of this request with other parameters; underscores at the end of a name are left out."""
        params = {**self.asked.request.params, **{name: str(value) for name, value in changed.items()}}
        return f"{self.asked.url}?{urlencode(params)}"


class WrongRequestError(Exception):
    """A request that the API does not take."""


Window = Callable[[Mapping[str, Json], Sequence[Record]], tuple[int, int]]
"""From the parameters of a request to the number of the first record and the page size. Raises WrongRequestError."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """An endpoint that gives a list. `records` takes the variable parts of the path."""

    path: str
    records: Callable[..., list[Record]]
    window: Window
    answer: Callable[[Part], Json]
    takes: tuple[str, ...] = ()
    method: str = "GET"
    keep: Callable[[Received, Record], bool] = lambda request, record: True


@dataclass(frozen=True, slots=True)
class Api:
    """What a file describes: the hosts it names, what a user configures, who may ask, and its lists by `METHOD path`."""

    hosts: tuple[str, ...]
    lists: Mapping[str, ListOf]
    config: Mapping[str, Json] = field(default_factory=dict)
    allows: Callable[[Received], bool] = lambda request: True
    also: Mapping[str, Callable[[Received], Json]] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """Lists that the language has no way to page through, each with the reason."""


class Server(FakeApi):
    """Serves an Api. `given` holds, for each list, the pages that were given, by the variable parts of the path."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self.api = api
        self.given: dict[str, dict[tuple[str, ...], list[list[Record]]]] = {}
        self.refused: list[str] = []

    def answer(self, request: Received) -> Answer:
        with self._lock:
            self.requests.append(request)
        if request.path in self.api.also:
            return Answer(self.api.also[request.path](request))
        if not self.api.allows(request):
            self.refused.append(f"{request.path}: not allowed")
            return Answer({"error": "who are you"}, 401)
        for name, listed in self.api.lists.items():
            pattern = re.escape(listed.path).replace(r"\{\}", "([^/]+?)")
            found = re.fullmatch(pattern, request.path)
            if found and request.method == listed.method:
                return self._page(name, listed, found.groups(), request)
        self.refused.append(f"{request.method} {request.path}: not found")
        return Answer({"error": "not found"}, 404)

    def _page(self, name: str, listed: ListOf, parts: tuple[str, ...], request: Received) -> Answer:
        try:
            part = self._part(listed, parts, request)
        except WrongRequestError as wrong:
            self.refused.append(f"{name}: {wrong}")
            return Answer({"error": "bad request"}, 400)
        with self._lock:
            self.given.setdefault(name, {}).setdefault(parts, []).append(part.records)
        made = listed.answer(part)
        return made if isinstance(made, Answer) else Answer(made)

    def _part(self, listed: ListOf, parts: tuple[str, ...], request: Received) -> Part:
        records = [record for record in listed.records(*parts) if listed.keep(request, record)]
        params: dict[str, Json] = dict(request.params)
        if request.body:
            is_form = "form" in request.headers.get("content-type", "")
            body = dict(parse_qsl(request.body.decode())) if is_form else json.loads(request.body)
            params = {**params, **_flat(body)}
        unknown = set(params) - set(listed.takes)
        if unknown:
            raise WrongRequestError(f"unknown parameters {sorted(unknown)}")
        at, size = listed.window(params, records)
        asked = Asked(at, size, f"{self.url}{request.path}", request)
        next_at = at + size if at + size < len(records) else None
        return Part(records[at : at + size], next_at, len(records), asked)


def _flat(body: Mapping[str, Json], path: str = "") -> dict[str, Json]:
    made: dict[str, Json] = {}
    for name, value in body.items():
        made.update(_flat(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}": value})
    return made


def _size(params: Mapping[str, Json], name: str, usual: int, most: int) -> int:
    size = int(params.get(name) or usual) if name else usual
    if not 1 <= size <= most:
        raise WrongRequestError(f"a page has 1 to {most} records")
    return size


def by_page(page: str, size: str, usual: int, most: int, first: int = 1) -> Window:
    """Pages are counted from `first` on."""

    def window(params: Mapping[str, Json], records: Sequence[Record]) -> tuple[int, int]:
        number, length = int(params.get(page) or first), _size(params, size, usual, most)
        if number < first:
            raise WrongRequestError("there is no such page")
        return (number - first) * length, length

    return window


def by_offset(offset: str, size: str, usual: int, most: int, first: int = 0) -> Window:
    """Records are counted from `first` on."""

    def window(params: Mapping[str, Json], records: Sequence[Record]) -> tuple[int, int]:
        return int(params.get(offset) or first) - first, _size(params, size, usual, most)

    return window


def token(at: int | None) -> str | None:
    """An opaque token for a place; None for none."""
    return None if at is None else base64.urlsafe_b64encode(f"place {at}".encode()).decode()


def by_token(name: str, size: str, usual: int, most: int) -> Window:
    """An opaque token of the answer before."""

    def window(params: Mapping[str, Json], records: Sequence[Record]) -> tuple[int, int]:
        given = params.get(name)
        try:
            at = int(base64.urlsafe_b64decode(str(given)).decode().removeprefix("place ")) if given else 0
        except ValueError:
            raise WrongRequestError("no such token") from None
        return at, _size(params, size, usual, most)

    return window


def by_last(name: str, key: str, size: str, usual: int, most: int) -> Window:
    """The key of the last record of the page before."""

    def window(params: Mapping[str, Json], records: Sequence[Record]) -> tuple[int, int]:
        keys = [str(record[key]) for record in records]
        after = params.get(name)
        if after and str(after) not in keys:
            raise WrongRequestError("no such record")
        return (keys.index(str(after)) + 1 if after else 0), _size(params, size, usual, most)

    return window


def linked(part: Part, records: Json, **next_parameters: Json) -> Answer:
    """A `Link` header (RFC 8288) with the next page."""
    links = [f'<{part.url()}>; rel="self"']
    if part.next_at is not None:
        links.append(f'<{part.url(**next_parameters)}>; rel="next"')
    return Answer(records, headers={"Link": ", ".join(links)})


def bearer(word: str) -> Callable[[Received], bool]:
    """The `Authorization` header of a token."""
    return lambda request: request.headers.get("authorization") == f"Bearer {word}"


def basic(user: str, password: str) -> Callable[[Received], bool]:
    """The `Authorization` header of a user."""
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    return lambda request: request.headers.get("authorization") == wanted


def header(name: str, value: str) -> Callable[[Received], bool]:
    """A header with a value."""
    return lambda request: request.headers.get(name.lower()) == value


def moment(number: int) -> str:
    """A moment, an hour after the one before."""
    return f"2024-03-{1 + number // 24:02d}T{number % 24:02d}:00:00Z"
