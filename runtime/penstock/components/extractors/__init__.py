"""Extractors: from one element of an answer to its records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from penstock.records.select import Extract
from penstock.registry import Kind

Json = Any

Expand = Callable[[Json], Iterable[Json]]
"""From an extracted record to those that it holds."""

CopyParentField = Callable[[Json, Json], None]
"""Copies a value of the first record into the second."""

EXTRACTOR: Kind[Extract] = Kind(
    "extractor", "Finds the records in an answer.", custom="CustomRecordExtractor"
)
RECORD_EXPANDER: Kind[Expand] = Kind("record_expander", "Makes several records of one.")
PARENT_FIELD: Kind[CopyParentField] = Kind("parent_field", "A value that an item takes from its record.")
