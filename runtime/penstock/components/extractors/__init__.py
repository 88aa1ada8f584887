"""Extractors: from one element of an answer to its records."""

from __future__ import annotations

from penstock.records.select import Extract
from penstock.registry import Kind

EXTRACTOR: Kind[Extract] = Kind(
    "extractor", "Finds the records in an answer.", custom="CustomRecordExtractor"
)
