"""A stream with every name bound: plain callables, ready for `sync/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from penstock.expressions.scope import Slice
from penstock.http.request import RequestOptions
from penstock.masking.batch import MaskedBatch, RawBatch
from penstock.records.cursor import Cursor, Record

Json = Any


@dataclass(frozen=True, slots=True)
class Partition:
    """One part of a stream that a router gives. `key` names it in state; `extra_fields` only feed expressions.

    `parent_state` is the state of the router's parents once every partition before this one is read, where the
    parents are read incrementally.
    """

    key: Mapping[str, Json]
    extra_fields: Mapping[str, Json] = field(default_factory=dict)
    parent_state: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class ParentsRead:
    """The last thing a router gives: all parents are read, and this is their state."""

    parent_state: Mapping[str, Json]


class Router(Protocol):
    """A built partition router."""

    def partitions(self, saved: Mapping[str, Json]) -> Iterator[Partition | ParentsRead]:
        """Give the partitions in order. `saved` is the child's whole saved state, `{}` for none."""
        ...

    def options(self, slice_: Slice) -> RequestOptions:
        """What the router puts into each request of a slice."""
        ...


@dataclass(frozen=True, slots=True)
class WindowTest:
    """The cursor's test, for a stream whose API does not filter.

    With `ends_paging` the records come newest first, so a page that ends outside the window is the last.
    """

    belongs: Callable[[Record], bool]
    ends_paging: bool = False


class Retriever(Protocol):
    """A built retriever: reads one slice."""

    @property
    def router(self) -> Router | None:
        """What splits the stream; None where it is not split."""
        ...

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        """Give the records of a slice in batches, selected and transformed but not masked."""
        ...


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """One stream, ready to read.

    `schema` gives its JSON Schema with masks applied; `primary_key` the paths of its key fields, or None where the
    manifest names none.
    """

    name: str
    schema: Callable[[], Json]
    primary_key: tuple[tuple[str, ...], ...] | None
    cursor: Cursor | None
    retriever: Retriever
    mask: Callable[[RawBatch], MaskedBatch]
