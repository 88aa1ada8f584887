from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Literal

from penstock.components.extractors import EXTRACTOR
from penstock.http.request import HttpResponse
from penstock.records.resources import Resources
from penstock.records.select import Extract, FromAnswer
from penstock.registry import Buildable, component, field

Json = Any


@component(EXTRACTOR)
class CombinedExtractor:
    """Find records by several extractors, each of which sees the whole answer."""

    extractors: list[Buildable[Extract]] = field(
        doc="The extractors, in the order of their records.", slot=EXTRACTOR, implied="DpathExtractor"
    )
    mode: Literal["union", "first_match"] = field(
        default="union", doc="`first_match` takes the records of the first extractor that finds any."
    )
    skip_empty_records: bool = field(default=False, doc="Drop records that are empty, before all else.")

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one extractor."""
        if not self.extractors:
            yield "extractors", "CombinedExtractor needs at least one of `extractors`"

    def build(self, using: Resources) -> FromAnswer:
        extractors = [extractor.build(using) for extractor in self.extractors]

        def extract(response: HttpResponse, elements: Iterable[Json]) -> Iterable[Json]:
            known = list(elements)
            found = (self._found(each, response, known) for each in extractors)
            if self.mode == "union":
                return chain.from_iterable(found)
            return next((records for records in map(list, found) if records), [])

        return FromAnswer(extract)

    def _found(self, extract: Extract, response: HttpResponse, elements: list[Json]) -> Iterator[Json]:
        if isinstance(extract, FromAnswer):
            records = extract.extract(response, elements)
        else:
            records = (record for element in elements for record in extract(element))
        return (record for record in records if record or not self.skip_empty_records)
