"""The contract of an incremental cursor: pure functions over an immutable progress.

A cursor plans windows from a progress, tells how far records reach, and folds a finished window into a new progress.
It holds no state: `sync/checkpoint.py` alone does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from penstock.http.request import RequestOptions

Json = Any
Record = dict[str, Json]

Window = Mapping[str, Json]
"""The cursor's part of a slice, such as `{"start_time": …, "end_time": …}`, as templates and state read it."""

Progress = Any
"""What is read so far, in the cursor's own immutable form."""

Position = Any
"""How far a record reaches: ordered, never shown."""


class Cursor(Protocol):
    """A built cursor."""

    @property
    def field(self) -> str:
        """The record's field that the cursor reads."""
        ...

    @property
    def ordered(self) -> bool:
        """Whether the records of a window come in cursor order, so that its part that is read can be checkpointed."""
        ...

    @property
    def one_for_all(self) -> bool:
        """Whether a partitioned stream keeps one position for all its partitions."""
        ...

    @property
    def filters_here(self) -> bool:
        """Whether records outside the window are to be dropped here."""
        ...

    @property
    def ends_paging(self) -> bool:
        """Whether a page that ends outside the window is the last."""
        ...

    def open(self, saved: Mapping[str, Json]) -> Progress:
        """Read a saved state, such as `{"updated_at": "2024-01-05"}`; empty for none."""
        ...

    def dump(self, progress: Progress) -> Mapping[str, Json]:
        """Give the state that `open` reads back."""
        ...

    def windows(self, progress: Progress) -> Iterator[Window]:
        """Plan what is still to be read, oldest first."""
        ...

    def highest(self, records: Sequence[Record]) -> Position | None:
        """The furthest that the records reach; None where none has a usable cursor value."""
        ...

    def advance(self, progress: Progress, high: Position) -> Progress:
        """Fold the part of a window that was read in cursor order; only for an `ordered` cursor."""
        ...

    def close(self, progress: Progress, window: Window, high: Position | None) -> Progress:
        """Fold a window that is read to its end, with the furthest position seen in it."""
        ...

    def options(self, window: Window) -> RequestOptions:
        """What the cursor puts into each request of a window."""
        ...

    def belongs(self, progress: Progress) -> Callable[[Record], bool]:
        """A test for the records that a run from here should give; those without a usable value belong."""
        ...

    def earlier(self, progress: Progress, seconds: int) -> Progress:
        """The progress moved back by some seconds, but not before the configured start."""
        ...
