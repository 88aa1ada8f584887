"""The page loop: request, decode, extract, select, next token. Stops a loop that never ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import blake2b
from itertools import chain, islice
from typing import Any, BinaryIO, Protocol

import orjson

from penstock.errors import PaginationLoopError, StreamError
from penstock.expressions.compile import Scope
from penstock.expressions.scope import LastRecord
from penstock.http.request import NO_OPTIONS, HttpResponse, RequestOptions
from penstock.lean import dataclass
from penstock.records.select import Selector
from penstock.records.stream import WindowTest

Json = Any
Record = dict[str, Json]

MOST_RECORDS = 1_000
"""Records in one batch."""

MOST_BYTES = 1_048_576
"""Bytes of a streamed answer whose records go into one batch."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page just read, as a paginator sees it.

    `body` is the first decoded element (`{}` where there is none, or the answer streams), `extracted` the number of
    records before the filter, `selected` after it, `last_record` the last of these, and `token` the one that asked for
    this page.
    """

    response: HttpResponse
    body: Json
    extracted: int
    selected: int
    last_record: Record | None
    token: Json

    def scope(self) -> Scope:
        """The names that a paginator's templates read."""
        headers = {**self.response.headers, "link": self.response.links}
        last = None if self.last_record is None else LastRecord(self.last_record)
        return {
            "response": self.body,
            "headers": headers,
            "last_record": last,
            "last_page_size": self.selected,
        }


WhyLast = Callable[[Page, Scope], str]
"""Says why there is no token of a next page."""


def no_token(page: Page, scope: Scope) -> str:
    """What is true of any last page."""
    return "there is no token of a next page"


def page_is_short(page: Page, size: int | None) -> str:
    """Why a page is the last where pages are counted."""
    if page.extracted == 0:
        return "the page is empty"
    return f"the page is short: {page.extracted:,} of {size:,} records" if size else "it is the last page"


@dataclass(frozen=True, slots=True)
class Paginator:
    """A built paginator.

    `first` is the token of the first page (None for none); `next_token` gives that of the page after, and something
    falsy after the last; `options` puts a token into a request; `path` is the URL or path that a token stands for, or
    None; `token_path` says in words where tokens come from, `why_last` why no page comes after one.
    """

    first: Callable[[Scope], Json]
    next_token: Callable[[Page, Scope], Json]
    options: Callable[[Json], RequestOptions]
    path: Callable[[Json], str | None]
    token_path: str
    why_last: WhyLast = no_token


SINGLE_PAGE = Paginator(
    first=lambda scope: None,
    next_token=lambda page, scope: None,
    options=lambda token: NO_OPTIONS,
    path=lambda token: None,
    token_path="none",
    why_last=lambda page, scope: "there is no paginator, so one page is all",
)


class Watch(Protocol):
    """Whoever looks on while a slice is read, such as a test read. Called by the thread that reads."""

    def begins(self, token: Json, token_path: str) -> None:
        """The page of a token is about to be requested; `token_path` says in words where tokens come from."""
        ...

    def records(self, chosen: list[Record]) -> None:
        """Records of the page, selected and transformed but not masked."""
        ...

    def left_out(self, records: list[Record]) -> None:
        """Records of which some were not selected, as they were extracted."""
        ...

    def ends(self, page: Page | None, following: Json, why_last: Callable[[], str]) -> bool:
        """The page is read to its end, or where it is None its answer is ignored; `following` is the next token.

        False reads no further page of the slice.
        """
        ...


class _Unwatched:
    def begins(self, token: Json, token_path: str) -> None:
        pass

    def records(self, chosen: list[Record]) -> None:
        pass

    def left_out(self, records: list[Record]) -> None:
        pass

    def ends(self, page: Page | None, following: Json, why_last: Callable[[], str]) -> bool:
        return True


UNWATCHED: Watch = _Unwatched()
"""Nobody looks on."""

Fetch = Callable[[Json, Scope], HttpResponse]
"""Requests the page of a token."""

Parse = Callable[[BinaryIO], Iterable[Json]]
"""From a file to its elements. Raises ResponseError, which names the stream."""


@dataclass(frozen=True, slots=True)
class Decode:
    """A built decoder, to be called with an answer: gives its elements.

    Where it `streams`, the request should too: elements come while the answer arrives. `parse` does the same for a file
    that another decoder unpacked; it is None where the decoder cannot stand behind one.
    """

    elements: Callable[[HttpResponse], Iterable[Json]]
    streams: bool = False
    parse: Parse | None = None

    def __call__(self, response: HttpResponse) -> Iterable[Json]:
        return self.elements(response)


def read_pages(
    fetch: Fetch,
    decode: Decode,
    selector: Selector,
    paginator: Paginator,
    scope: Scope,
    test: WindowTest | None,
    stream: str,
    watch: Watch = UNWATCHED,
) -> Iterator[list[Record]]:
    """Give the records of all pages in batches of at most MOST_RECORDS. `watch` may end them early.

    Raises PaginationLoopError, which names the stream, when the pages go round in circles.
    """
    here = test.belongs if test is not None and not test.ends_paging else None
    later = test.belongs if test is not None and test.ends_paging else None
    guard = LoopGuard(stream, paginator.token_path)
    token = paginator.first(scope)
    while True:
        page_scope = {**scope, "next_page_token": None if token is None else {"next_page_token": token}}
        watch.begins(token, paginator.token_path)
        response = fetch(token, page_scope)
        if not response.ok:
            watch.ends(
                None, None, partial("the error handler ignores the answer (HTTP {})".format, response.status)
            )
            return
        extracted = selected = 0
        page_print = b""
        last_record: Record | None = None
        try:
            elements = iter(decode(response))
            undecoded = decode.streams or (selector.sees_answers and paginator is SINGLE_PAGE)
            body: Json = {} if undecoded else next(elements, {})
            first = () if undecoded else (body,)
            raw = iter(selector.records(response, chain(first, elements)))
            for batch in _batches(raw, response) if decode.streams else _fixed_batches(raw):
                page_print = fingerprint(page_print, batch)
                extracted += len(batch)
                chosen = selector.select(batch, page_scope, here)
                if len(chosen) < len(batch):
                    watch.left_out([record for record in batch if isinstance(record, dict)])
                if chosen:
                    selected += len(chosen)
                    last_record = chosen[-1]
                    watch.records(chosen)
                    yield chosen if later is None else [record for record in chosen if later(record)]
        finally:
            response.close()
        if later is not None and last_record is not None and not later(last_record):
            page = Page(response, {}, extracted, selected, last_record, token)
            watch.ends(page, None, lambda: "its last record lies outside the window of the cursor")
            return
        if selector.transforms and extracted and not undecoded and paginator is not SINGLE_PAGE:
            body = next(
                iter(decode(response)), {}
            )  # transformations changed the records inside the first one
        page = Page(response, body, extracted, selected, last_record, token)
        following = paginator.next_token(page, page_scope)
        read_on = watch.ends(page, following, partial(paginator.why_last, page, page_scope))
        if not following or not read_on:
            return
        guard.check(token, following, page_print)
        token = following


def _fixed_batches(raw: Iterator[Json]) -> Iterator[list[Json]]:
    """The records of a page that is there, in batches."""
    while batch := list(islice(raw, MOST_RECORDS)):
        yield batch


def _batches(raw: Iterator[Json], response: HttpResponse) -> Iterator[list[Json]]:
    """The records of an answer that arrives, in batches; where it breaks off, first those that came before."""
    batch: list[Json] = []
    full = MOST_BYTES
    try:
        for record in raw:
            batch.append(record)
            if len(batch) == MOST_RECORDS or response.received >= full:
                yield batch
                batch = []
                full = response.received + MOST_BYTES
    except StreamError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def fingerprint(before: bytes, batch: list[Json]) -> bytes:
    """Tell pages apart at little cost: by the number of records and about ten of them, first and last included."""
    some = batch[:: max(1, len(batch) // 8)]
    told = [len(batch), some, batch[-1]]
    try:
        now = orjson.dumps(told, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # whole numbers of more than 64 bits, half a surrogate pair
        now = ascii(told).encode()
    return blake2b(before + now, digest_size=16).digest() if before else now


class LoopGuard:
    """Notices that pages repeat.

    A token that repeats is no proof (some APIs keep one for a whole scroll), and neither is a page that repeats
    once; both together are, and so are three equal pages in a row. Pages without records are all equal, so of
    those it takes two that one token asked for. Longer circles are found by comparing with a page further back,
    at pages 1, 2, 4, 8, … (Brent 1980).
    """

    def __init__(self, stream: str, token_path: str) -> None:
        self._stream = stream
        self._token_path = token_path
        self._page = 0
        self._previous: tuple[Json, bytes] = (None, b"")
        self._equal_in_a_row = 0
        self._mark: tuple[Json, Json, bytes] | None = None
        self._next_mark = 1

    def check(self, token: Json, following: Json, page: bytes) -> None:
        """Take note of a page: the token that asked for it, the token after it, and its fingerprint.

        Raises PaginationLoopError when `following` would ask for what was read already.
        """
        self._page += 1
        before_token, before_page = self._previous
        equal = page == before_page
        self._equal_in_a_row = self._equal_in_a_row + 1 if equal and page else 0
        if equal and following == token and (page or token == before_token):
            raise self._loop("the token is the one just used, and the page is the one before")
        if self._equal_in_a_row >= 2:
            raise self._loop("three pages in a row are equal")
        if self._mark == (token, following, page):
            raise self._loop("the tokens go round in a circle")
        if self._page == self._next_mark:
            self._mark = (token, following, page)
            self._next_mark *= 2
        self._previous = (token, page)

    def _loop(self, why: str) -> PaginationLoopError:
        return PaginationLoopError(
            f"stream {self._stream}: pagination does not advance: "
            f"after page {self._page} {why} (token: {self._token_path})",
            hint="check the cursor or page parameter, or add a `stop_condition`",
        )
