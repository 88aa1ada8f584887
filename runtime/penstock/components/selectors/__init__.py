"""Selectors: which of the records found are the stream's."""

from __future__ import annotations

from collections.abc import Callable

from penstock.records.select import Filter, Normalise, Selector, Transform
from penstock.registry import Kind

RECORD_FILTER: Kind[Filter] = Kind(
    "record_filter", "Tells which records to keep.", custom="CustomRecordFilter"
)
SCHEMA_NORMALIZATION: Kind[Normalise] = Kind(
    "schema_normalization", "Casts values to the types of the schema.", custom="CustomSchemaNormalization"
)
RECORD_SELECTOR: Kind[Callable[[tuple[Transform, ...]], Selector]] = Kind(
    "record_selector", "Finds, filters and changes records."
)
