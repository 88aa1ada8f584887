"""Classes for airbyte-cdk that lead through pages, partitions and whole slices, as ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from penstock.custom import bases
from penstock.custom.airbyte.exchange import (
    data_of,
    options_of,
    our_slice,
    record_of,
    slice_of,
    stream_slice,
    theirs,
)
from penstock.expressions.compile import Scope
from penstock.expressions.scope import Slice
from penstock.http.request import RequestOptions
from penstock.records.cursor import Record
from penstock.records.pages import MOST_RECORDS, Page
from penstock.records.product import product_of
from penstock.records.resources import Resources
from penstock.records.stream import ParentsRead, Partition, Router, WindowTest
from penstock.registry import Given

Json = Any


class PaginationStrategy(bases.PaginationStrategy):
    """Calls `next_page_token`."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made
        self._stream = using.stream.name

    def first(self) -> Json:
        return self._made.initial_token

    def page_size(self) -> int | None:
        size: int | None = self._made.get_page_size()
        return size

    def next_token(self, page: Page, scope: Scope) -> Json:
        last = page.last_record
        return self._made.next_page_token(
            response=theirs(page.response),
            last_page_size=page.selected,
            last_record=None if last is None else record_of(last, self._stream, slice_of(scope)),
            last_page_token_value=page.token,
        )


class PartitionRouter(bases.PartitionRouter):
    """Calls `stream_slices`. Parents in it are read by airbyte-cdk, from their beginning."""

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made

    def partitions(self, saved: Mapping[str, Json]) -> Iterator[Partition | ParentsRead]:
        for made in self._made.stream_slices():
            of = our_slice(made)
            yield Partition(dict(of), of.extra_fields)
        parents = self._made.get_stream_state()
        if parents is not None:
            yield ParentsRead(dict(parents))

    def options(self, slice_: Slice) -> RequestOptions:
        return options_of(self._made, stream_slice(slice_))


class Retriever(bases.Retriever):
    """Calls `read_records`. Partition router and cursor are Penstock's own.

    As under airbyte-cdk, the class itself puts into requests what they would, and its record selector, if it uses it,
    applies the stream's transformations.
    """

    transforms = True

    def __init__(self, made: Any, using: Resources, given: Given) -> None:
        self._made = made
        self._schema = using.stream.schema
        routers = given.fields.get("partition_router") or []
        routers = routers if isinstance(routers, list) else [routers]
        self._router = product_of([router.build(using) for router in routers if hasattr(router, "build")])

    def router(self) -> Router | None:
        return self._router

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        found = self._made.read_records(self._schema(), stream_slice(slice_))
        records = (data for data in map(_record, found) if data is not None)
        while batch := list(islice(records, MOST_RECORDS)):
            yield batch if test is None else [record for record in batch if test.belongs(record)]


def _record(found: Any) -> Record | None:
    """The record in what a retriever yields, if it is one: it may be a message of the protocol."""
    message = getattr(found, "record", None)
    data = message.data if message is not None else data_of(found)
    return dict(data) if isinstance(data, Mapping) else None
