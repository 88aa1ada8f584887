"""Asks for the properties of a page's records in several requests, and makes one record of their parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

from penstock.expressions.compile import Scope
from penstock.lean import dataclass
from penstock.records.pages import MOST_RECORDS, LoopGuard, Page, Paginator, fingerprint
from penstock.records.paths import MISSING, get

Json = Any
Record = dict[str, Json]

Key = Callable[[Record], Json]
"""What parts of one record have in common; None where a part has none, and stands alone."""


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties to ask for: `chunks` gives those of each request of a page; `key` tells what belongs together.

    Without `key` records stay as they come.
    """

    chunks: Callable[[], Sequence[Sequence[str]]]
    key: Key | None


@runtime_checkable
class AsksForProperties(Protocol):
    """A requester that names properties: its templates read a chunk as `query_properties`."""

    @property
    def properties(self) -> Properties | None:
        """The properties; None where it names none."""
        ...


Read = Callable[[Paginator, Scope], Iterator[list[Record]]]
"""Reads pages, with a paginator and further variables for templates."""


def read_in_chunks(
    read: Read, properties: Properties, paginator: Paginator, scope: Scope, stream: str
) -> Iterator[list[Record]]:
    """Give the records of all pages, each page asked for once a chunk; the last chunk's answer tells the next page.

    Raises PaginationLoopError, which names the stream, when the pages go round in circles.
    """
    guard = LoopGuard(stream, paginator.token_path)
    chunks = properties.chunks()
    token = paginator.first(scope)
    while True:
        parts = _Parts(properties.key)
        page_print = b""
        last: list[tuple[Page, Scope]] = []
        for chunk in chunks:
            last.clear()
            for batch in read(_one_page(paginator, token, last), {"query_properties": list(chunk)}):
                page_print = fingerprint(page_print, batch)
                alone = parts.add(batch)
                if alone:
                    yield alone
        yield from parts.merged()
        following = paginator.next_token(*last[0]) if last else None
        if not following:
            return
        guard.check(token, following, page_print)
        token = following


def _one_page(paginator: Paginator, token: Json, seen: list[tuple[Page, Scope]]) -> Paginator:
    """A paginator for the page of a token, which notes it."""
    return replace(
        paginator,
        first=lambda scope: token,
        next_token=lambda page, scope: seen.append((page, scope)),
        why_last=lambda page, scope: "it is one of the requests that one page takes",
    )


class _Parts:
    """The records of a page, put together."""

    def __init__(self, key: Key | None) -> None:
        self._key = key
        self._records: dict[Json, Record] = {}

    def add(self, batch: list[Record]) -> list[Record]:
        """Take parts of records; gives those that stand alone."""
        if self._key is None:
            return batch
        alone = []
        for part in batch:
            key = self._key(part)
            if key is None:
                alone.append(part)
            elif key in self._records:
                _merge(self._records[key], part)
            else:
                self._records[key] = part
        return alone

    def merged(self) -> Iterator[list[Record]]:
        """The records that were put together, in batches."""
        records = list(self._records.values())
        for start in range(0, len(records), MOST_RECORDS):
            yield records[start : start + MOST_RECORDS]


def _merge(into: Record, part: Record) -> None:
    """Put the members of a part into a record, objects in objects; the later value wins."""
    for name, value in part.items():
        known = into.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            _merge(known, value)
        else:
            into[name] = value


def key_of(names: Sequence[str]) -> Key:
    """The texts of these members together; None where one of them is missing or empty."""

    def key(record: Record) -> Json:
        values = [get(record, [name]) for name in names]
        return None if any(value in (MISSING, None, "") for value in values) else tuple(map(str, values))

    return key


def in_chunks(
    properties: Sequence[str], always: Sequence[str], limit: int | None, size: Callable[[str], int]
) -> list[list[str]]:
    """Split properties so that the sizes of each chunk come to at most `limit`; each begins with those of `always`.

    One that is too large alone is a chunk of its own; before the first property that makes one of `always` only, as in
    the reference runtime. Without a limit there is one chunk, with `always` at its end.
    """
    if limit is None:
        return [[*properties, *always]]
    chunks: list[list[str]] = []
    chunk: list[str] = list(always)
    held = 0
    for name in properties:
        if held + size(name) > limit:
            chunks.append(chunk)
            chunk = list(always)
            held = 0
        chunk.append(name)
        held += size(name)
    return [*chunks, chunk]
