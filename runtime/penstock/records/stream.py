"""A stream with every name bound: plain callables, ready for `sync/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any, Protocol

from penstock.expressions.scope import Slice
from penstock.http.request import RequestOptions
from penstock.lean import dataclass
from penstock.masking.batch import MaskedBatch, RawBatch
from penstock.masking.field_paths import FieldPath
from penstock.records.cursor import Cursor, Record

Json = Any


@dataclass(frozen=True, slots=True)
class Partition:
    """One part of a stream that a router gives. `key` names it in state; `extra_fields` only feed expressions.

    `parent_state` is the state of the router's parents once every partition before this one is read, where the
    parents are read incrementally. `first_page` is the body of its first answer, where the parent's record holds it.
    """

    key: Mapping[str, Json]
    extra_fields: Mapping[str, Json] = field(default_factory=dict)
    parent_state: Mapping[str, Json] | None = None
    first_page: bytes | None = None

    def slice(self, window: Mapping[str, Json] | None = None) -> Slice:
        """The slice of this partition, in a window of the cursor."""
        return Slice(self.key, window, self.extra_fields, self.first_page)


@dataclass(frozen=True, slots=True)
class ParentsRead:
    """The last thing a router gives: all parents are read, and this is their state."""

    parent_state: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a stream must know of its router.

    `parent_fields` are the names that its parents give their partitions, `ancestors` every stream that it reads, and
    `one_for_all` says that its partitions change from run to run, so that one position stands for all of them.
    """

    parent_fields: tuple[str, ...] = ()
    ancestors: frozenset[str] = frozenset()
    one_for_all: bool = False


def traits_of(router: Router | None) -> Traits:
    """The traits of a router; of one that tells none, there are none."""
    traits: Traits = getattr(router, "traits", Traits())
    return traits


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


Migrate = Callable[[Mapping[str, Json]], Mapping[str, Json]]
"""From a saved state of an older shape to one that the stream can open; any other it gives back as it is."""


class Mask(Protocol):
    """Masks the records of a stream."""

    def __call__(self, batch: RawBatch, /) -> MaskedBatch:
        """The masked records. Raises StreamError where one must not leave."""
        ...

    def keeps_apart(self, field: str) -> bool:
        """Whether values of a field that differ stay different."""
        ...

    def hidden(self, fields: Iterable[str]) -> list[FieldPath]:
        """The paths of the fields that do not leave as they are: these, and others that the mask knows of."""
        ...


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """One stream, ready to read.

    `schema` gives its JSON Schema with masks applied; `primary_key` the paths of its key fields, or None where the
    manifest names none. `migrations` change a saved state before it is opened. Where the saved state decides how the
    stream is read, `delegate` gives the plan for one, and the state to open it with. With `catalog_chooses` the
    configured catalog may name another cursor field. With `has_files` a file comes with each record. Streams that have one of their `groups` in common are not read at
    the same time.
    """

    name: str
    schema: Callable[[], Json]
    primary_key: tuple[tuple[str, ...], ...] | None
    cursor: Cursor | None
    retriever: Retriever
    mask: Mask
    catalog_chooses: bool = False
    migrations: tuple[Migrate, ...] = ()
    delegate: Callable[[Mapping[str, Json]], tuple[StreamPlan, Mapping[str, Json]]] | None = None
    groups: frozenset[str] = frozenset()
    has_files: bool = False

    @property
    def is_incremental(self) -> bool:
        """Whether a run may go on from where the last one ended."""
        return self.cursor is not None or self.delegate is not None

    def resumed(self, saved: Mapping[str, Json]) -> tuple[StreamPlan, Mapping[str, Json]]:
        """How to read the stream from a saved state, and the state to open."""
        if self.delegate is not None:
            plan, saved = self.delegate(saved)
            return replace(plan, groups=self.groups), saved
        for migrate in self.migrations:
            saved = migrate(saved)
        return self, saved
