"""Records that come with a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from penstock.expressions.scope import Slice
from penstock.lean import dataclass
from penstock.records.cursor import Record
from penstock.records.jobs import gathered
from penstock.records.state import Work
from penstock.records.stream import ParentsRead, Retriever, Router, WindowTest

Json = Any


class FileRecord(dict[str, Json]):
    """A record with a file in the staging folder. `file_reference` tells where, as the protocol has it."""

    __slots__ = ("file_reference",)

    def __init__(self, record: Record, file_reference: Mapping[str, Json]) -> None:
        super().__init__(record)
        self.file_reference = file_reference


Upload = Callable[[Record], FileRecord]
"""Fetches the file of a record. Raises StreamError."""


@dataclass(frozen=True)
class WithFiles:
    """A retriever that fetches a file for each record, and gives each as soon as its file is there."""

    retriever: Retriever
    upload: Upload

    @property
    def router(self) -> Router | None:
        return self.retriever.router

    def gather(self, slices: Iterator[Work | ParentsRead]) -> Iterator[Work | ParentsRead]:
        return gathered(self.retriever, slices)

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        for batch in self.retriever.read(slice_, test):
            for record in batch:
                yield [self.upload(record)]
