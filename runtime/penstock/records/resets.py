"""Begins the pages of a slice anew: where the API wants it, or after as many records as it gives in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

from penstock.errors import StreamError
from penstock.expressions.compile import Scope
from penstock.expressions.scope import Slice
from penstock.http.retry import PaginationResetAsked
from penstock.lean import dataclass
from penstock.records.cursor import Cursor, Position, Record, Window
from penstock.records.pages import Page, Paginator

Json = Any


@dataclass(frozen=True, slots=True)
class ResetPolicy:
    """What a reset does. Where it `splits`, reading goes on from the furthest cursor value seen, else it starts over.

    After a page with which `after` records were read there is a reset, whatever the API says; None for no such limit.
    """

    splits: bool = False
    after: int | None = None


@runtime_checkable
class Narrows(Protocol):
    """A cursor whose windows can begin later."""

    def rest(self, window: Window, reached: Position) -> Window:
        """What is left of a window once its records are read up to a position."""
        ...


Read = Callable[[Slice, Callable[[Paginator], Paginator]], Iterator[list[Record]]]
"""Reads the pages of a slice, with the paginator changed in this way."""


def read_with_resets(
    read: Read, policy: ResetPolicy, cursor: Cursor | None, slice_: Slice, stream: str
) -> Iterator[list[Record]]:
    """Give the records of a slice, over resets. Those before a reset may come again after it.

    Raises StreamError where a reset would ask for what was just read: the second time that a slice starts over, or
    where no cursor value was seen.
    """
    narrower = cursor if policy.splits and isinstance(cursor, Narrows) else None
    started_over = False
    while True:
        tally = _Tally(policy.after, cursor if narrower else None)
        try:
            for batch in read(slice_, tally.limit):
                tally.add(batch)
                yield batch
        except PaginationResetAsked:
            following = slice_
            if narrower is not None and tally.high is not None:
                window = narrower.rest(slice_.cursor_slice, tally.high)
                following = Slice(slice_.partition, window, slice_.extra_fields)
            if following == slice_ and (started_over or narrower is not None):
                raise StreamError(
                    f"stream {stream}: pagination is reset again, and nothing new was read in between",
                    hint="raise the limit of `pagination_reset`, or take its action SPLIT_USING_CURSOR",
                ) from None
            started_over = following == slice_
            slice_ = following
        else:
            return


class _Tally:
    """What was read since the last reset."""

    def __init__(self, after: int | None, cursor: Cursor | None) -> None:
        self._after = after
        self._cursor = cursor
        self._count = 0
        self.high: Position | None = None

    def add(self, batch: list[Record]) -> None:
        self._count += len(batch)
        high = self._cursor.highest(batch) if self._cursor is not None else None
        if high is not None and (self.high is None or high > self.high):
            self.high = high

    def limit(self, paginator: Paginator) -> Paginator:
        """A paginator that resets where enough is read, before it is asked for the next page."""
        after = self._after
        if after is None:
            return paginator

        def next_token(page: Page, scope: Scope) -> Json:
            if self._count >= after:
                raise PaginationResetAsked
            return paginator.next_token(page, scope)

        return replace(paginator, next_token=next_token)
