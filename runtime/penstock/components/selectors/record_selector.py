from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from penstock.components.extractors import EXTRACTOR
from penstock.components.selectors import RECORD_FILTER, RECORD_SELECTOR
from penstock.records.normalise import normaliser
from penstock.records.resources import Resources
from penstock.records.select import Extract, Filter, Selector, Transform
from penstock.registry import Buildable, component, field


@component(RECORD_SELECTOR)
class RecordSelector:
    """Find the records of an answer, keep those that pass the filter, change them as the stream says."""

    extractor: Buildable[Extract] = field(
        doc="What finds the records.", slot=EXTRACTOR, implied="DpathExtractor"
    )
    record_filter: Buildable[Filter] | None = field(
        default=None,
        doc="What tells which to keep; none keeps all.",
        slot=RECORD_FILTER,
        implied="RecordFilter",
    )
    schema_normalization: Literal["Default", "None"] | None = field(
        default=None, doc="`Default` casts values to the types of the stream's schema."
    )
    transform_before_filtering: bool | None = field(
        default=None,
        doc="Run the transformations before the filter; by default where the cursor filters here.",
    )

    def build(self, using: Resources) -> Callable[[tuple[Transform, ...]], Selector]:
        cursor = using.stream.cursor
        first = self.transform_before_filtering
        if first is None:
            first = cursor is not None and cursor.filters_here
        extract = self.extractor.build(using)
        record_filter = self.record_filter.build(using) if self.record_filter else None
        normalise = normaliser(using.stream.schema) if self.schema_normalization == "Default" else None
        return lambda transforms: Selector(extract, record_filter, transforms, first, normalise)
