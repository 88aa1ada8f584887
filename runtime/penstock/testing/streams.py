"""Stream plans without a manifest, for tests of what comes after the components."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from penstock.expressions.scope import Slice
from penstock.lean import dataclass
from penstock.masking.batch import MaskedBatch, RawBatch
from penstock.masking.masker import Masker
from penstock.records.cursor import Cursor, Record
from penstock.records.stream import Router, StreamPlan, WindowTest

Json = Any
Batches = Callable[[Slice], Iterable[list[Record]]]
"""Gives the batches of a slice; it may raise."""


@dataclass(frozen=True, slots=True)
class ScriptedRetriever:
    """A retriever that gives what a test tells it."""

    batches: Batches
    router: Router | None = None

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        yield from self.batches(slice_)


def stream(
    name: str = "orders",
    batches: Batches = lambda slice_: (),
    *,
    properties: Mapping[str, Json] | None = None,
    primary_key: str | None = None,
    cursor: Cursor | None = None,
    router: Router | None = None,
    masker: Masker | None = None,
) -> StreamPlan:
    """A plan that reads scripted batches; `properties` are those of its schema."""
    mask = masker or Masker([])
    return StreamPlan(
        name=name,
        schema=lambda: mask.schema({"type": "object", "properties": dict(properties or {})}),
        primary_key=((primary_key,),) if primary_key else None,
        cursor=cursor,
        retriever=ScriptedRetriever(batches, router),
        mask=mask,
    )


def batch(stream_name: str, *records: Record) -> MaskedBatch:
    """Records of a stream that has no masks."""
    return Masker([])(RawBatch(stream_name, list(records)))
