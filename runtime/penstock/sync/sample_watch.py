"""What stands between a read and its sample: looks on at pages, slices and masks, and tells the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from penstock.errors import PenstockError, as_told
from penstock.expressions.scope import Slice
from penstock.http.retry import Interrupted
from penstock.masking.batch import MaskedBatch, RawBatch, Record
from penstock.masking.field_paths import FieldPath
from penstock.records.pages import Page, Watch
from penstock.records.stream import Mask, Retriever, Router, WindowTest
from penstock.sync.sample_trace import EnoughPages, Trace

Json = Any


def watching(trace: Trace) -> Callable[[str], Watch]:
    """Gives who looks on while pages of a stream are read: those of a slice of ours, or a parent's."""
    return lambda stream: Pages(trace) if trace.is_in_slice else ParentPages(trace, stream)


class Pages:
    """The pages of the slice at hand."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def begins(self, token: Json, token_path: str) -> None:
        self._trace.begin_page(token, token_path)

    def records(self, chosen: list[Record]) -> None:
        """They come again with the mask."""

    def left_out(self, records: list[Record]) -> None:
        self._trace.learn_aside(self._trace.stream, records)

    def ends(self, page: Page | None, following: Json, why_last: Callable[[], str]) -> bool:
        return self._trace.end_page(page, following, "" if following else why_last())


class ParentPages:
    """The pages of a stream that is read for the slices."""

    def __init__(self, trace: Trace, stream: str) -> None:
        self._trace = trace
        self._stream = stream

    def begins(self, token: Json, token_path: str) -> None:
        self._trace.asking_for(self._stream)

    def records(self, chosen: list[Record]) -> None:
        self._trace.learn_aside(self._stream, chosen)
        self._trace.asking_for("")

    def left_out(self, records: list[Record]) -> None:
        self._trace.learn_aside(self._stream, records)

    def ends(self, page: Page | None, following: Json, why_last: Callable[[], str]) -> bool:
        self._trace.asking_for("")
        return True


class Slices:
    """A retriever whose slices are kept, as many as may be."""

    def __init__(self, trace: Trace, retriever: Retriever) -> None:
        self._trace = trace
        self._retriever = retriever

    @property
    def router(self) -> Router | None:
        return self._retriever.router

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        self._trace.begin_slice(slice_)
        error: PenstockError | None = None
        is_whole = False
        try:
            yield from self._retriever.read(slice_, test)
            is_whole = True
        except EnoughPages:
            is_whole = True
        except Interrupted:
            raise
        except Exception as failed:
            error = as_told(failed)
            raise
        finally:
            self._trace.end_slice(error, is_whole=is_whole)


class Masks:
    """A mask whose records are kept, before and after."""

    def __init__(self, trace: Trace, mask: Mask) -> None:
        self._trace = trace
        self._mask = mask

    def __call__(self, batch: RawBatch) -> MaskedBatch:
        return self._trace.take(self._mask, batch)

    def keeps_apart(self, field: str) -> bool:
        return self._mask.keeps_apart(field)

    def hidden(self, fields: Iterable[str]) -> list[FieldPath]:
        return self._mask.hidden(fields)
