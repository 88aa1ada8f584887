from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from penstock.components.extractors import EXTRACTOR
from penstock.components.selectors import RECORD_FILTER, RECORD_SELECTOR, SCHEMA_NORMALIZATION
from penstock.records.normalise import normaliser
from penstock.records.resources import Resources
from penstock.records.select import Extract, Filter, Normalise, Selector, Transform
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
    schema_normalization: Literal["Default", "None"] | Buildable[Normalise] | None = field(
        default=None,
        doc="`Default` casts values to the types of the stream's schema.",
        slot=SCHEMA_NORMALIZATION,
        examples=("Default",),
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
        normalise = self._normalise(using)
        return lambda transforms: Selector(extract, record_filter, transforms, first, normalise)

    def _normalise(self, using: Resources) -> Normalise | None:
        if self.schema_normalization is None or self.schema_normalization == "None":
            return None
        if self.schema_normalization == "Default":
            return normaliser(using.stream.schema)
        return self.schema_normalization.build(using)
