"""From a page's raw records to those the stream gives: filter, transform, cast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orjson import dumps

from penstock.errors import ResponseError
from penstock.expressions.compile import Scope
from penstock.http.request import HttpResponse
from penstock.lean import dataclass
from penstock.masking.shape import describe

Json = Any
Record = dict[str, Json]

Keep = Callable[[Record], bool]
"""A test of a record, before the filter's."""

Extract = Callable[[Json], Iterable[Json]]
"""From one decoded element of an answer to its records."""


@dataclass(frozen=True, slots=True)
class FromAnswer:
    """An extractor that sees the answer itself: it gives the records of an answer and its decoded elements."""

    extract: Callable[[HttpResponse, Iterable[Json]], Iterable[Json]]

    def __call__(self, element: Json) -> Iterable[Json]:
        """The records of an answer that is this element and nothing else."""
        return self.extract(
            HttpResponse(200, {"Content-Type": "application/json"}, dumps(element)), (element,)
        )


Filter = Callable[[Scope], bool]
"""A test of `scope["record"]`."""


@dataclass(frozen=True, slots=True)
class FilterOfMany:
    """A filter that sees the records of a page, or of a part of a large one, together."""

    pick: Callable[[list[Record], Scope], Iterable[Record]]

    def __call__(self, scope: Scope) -> bool:
        """The test of a record alone."""
        return any(True for _ in self.pick([scope["record"]], scope))


Transform = Callable[[Record, Scope], None]
"""Changes a record in place; `scope["record"]` is that record."""

Normalise = Callable[[Record], Record]
"""Casts a record's values to the types of the stream's schema."""


@dataclass(frozen=True, slots=True)
class Selector:
    """How one stream selects. The cursor's test runs first, then the filter; transformations before or after both."""

    extract: Extract
    record_filter: Filter | None
    transforms: tuple[Transform, ...]
    transform_first: bool
    normalise: Normalise | None

    @property
    def sees_answers(self) -> bool:
        """Whether the extractor reads answers by itself."""
        return isinstance(self.extract, FromAnswer)

    def records(self, response: HttpResponse, elements: Iterable[Json]) -> Iterable[Json]:
        """The records of an answer and its decoded elements, as they are found."""
        if isinstance(self.extract, FromAnswer):
            return self.extract.extract(response, elements)
        extract = self.extract
        return (record for element in elements for record in extract(element))

    def select(self, raw: Iterable[Json], scope: Scope, keep: Keep | None) -> list[Record]:
        """Give the records that pass, changed as declared. `scope` feeds the expressions."""
        records = [_checked(record) for record in raw]
        if not self.transforms and self.record_filter is None:
            chosen = records if keep is None else [r for r in records if keep(r)]
        else:
            chosen = self._apply(records, dict(scope), keep)
        return chosen if self.normalise is None else [self.normalise(record) for record in chosen]

    def _apply(self, records: list[Record], scope: dict[str, Json], keep: Keep | None) -> list[Record]:
        if isinstance(self.record_filter, FilterOfMany):
            return self._apply_to_many(records, scope, keep, self.record_filter)
        chosen = []
        for record in records:
            scope["record"] = record
            if self.transform_first:
                self._transform(record, scope)
            if (keep is None or keep(record)) and (self.record_filter is None or self.record_filter(scope)):
                if not self.transform_first:
                    self._transform(record, scope)
                chosen.append(record)
        return chosen

    def _apply_to_many(
        self, records: list[Record], scope: dict[str, Json], keep: Keep | None, record_filter: FilterOfMany
    ) -> list[Record]:
        if self.transform_first:
            self._transform_all(records, scope)
        kept = records if keep is None else [record for record in records if keep(record)]
        chosen = [_checked(record) for record in record_filter.pick(kept, scope)]
        if not self.transform_first:
            self._transform_all(chosen, scope)
        return chosen

    def _transform_all(self, records: list[Record], scope: dict[str, Json]) -> None:
        for record in records:
            scope["record"] = record
            self._transform(record, scope)

    def _transform(self, record: Record, scope: Scope) -> None:
        for transform in self.transforms:
            transform(record, scope)


def _checked(record: Json) -> Record:
    if isinstance(record, dict):
        return record
    if isinstance(record, Mapping):
        return dict(record)
    raise ResponseError(
        f"expected an object as a record, got {describe(record)}",
        hint="let the extractor's `field_path` lead to a list of objects",
    )
