"""Selectors: which of the records found are the stream's."""

from __future__ import annotations

from collections.abc import Callable

from penstock.records.select import Filter, Selector, Transform
from penstock.registry import Kind

RECORD_FILTER: Kind[Filter] = Kind(
    "record_filter", "Tells which records to keep.", custom="CustomRecordFilter"
)
RECORD_SELECTOR: Kind[Callable[[tuple[Transform, ...]], Selector]] = Kind(
    "record_selector", "Finds, filters and changes records."
)
