from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from penstock.components.retrievers import RETRIEVER
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.expressions.compile import Scope
from penstock.expressions.scope import Slice, slice_scope
from penstock.lean import dataclass
from penstock.records.cursor import Record
from penstock.records.resources import Resources
from penstock.records.select import Transform
from penstock.records.stream import Retriever, Router, WindowTest
from penstock.registry import component


@component(RETRIEVER)
class CustomRetriever(CustomComponent):
    """Read records by a class of the connector's own; the stream's transformations and masks follow."""

    class_name: str = class_name("components.ArchiveRetriever")

    def build(self, using: Resources) -> Callable[[tuple[Transform, ...]], Retriever]:
        def retriever(transforms: tuple[Transform, ...]) -> Retriever:
            handed = [_Handed(transform, using) for transform in transforms]
            made = self.made(bases.Retriever, using, name=using.stream.name, transformations=handed)
            return _Retriever(made, made.router(), () if made.transforms else transforms, using)

        return retriever


@dataclass(frozen=True, slots=True)
class _Retriever:
    made: bases.Retriever
    router: Router | None
    transforms: tuple[Transform, ...]
    using: Resources

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        scope = _scope(self.using, slice_)
        for batch in self.made.read(slice_, test):
            for record in batch:
                for transform in self.transforms:
                    transform(record, {**scope, "record": record})
            yield batch


@dataclass(frozen=True, slots=True)
class _Handed:
    """A transformation of the stream, as a class for airbyte-cdk calls it."""

    apply: Transform
    using: Resources

    def transform(
        self, record: Record, config: Any = None, stream_state: Any = None, stream_slice: Any = None
    ) -> None:
        slice_ = Slice()
        if stream_slice is not None:
            slice_ = Slice(stream_slice.partition, stream_slice.cursor_slice, stream_slice.extra_fields)
        self.apply(record, {**_scope(self.using, slice_), "record": record})


def _scope(using: Resources, slice_: Slice) -> Scope:
    return {"config": using.config, "next_page_token": None, **slice_scope(slice_)}
