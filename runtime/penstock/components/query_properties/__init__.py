"""Query properties: which fields an API is asked for, in how many requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from penstock.records.chunks import Key, Properties
from penstock.registry import Kind

Chunk = Callable[[Sequence[str], Sequence[str]], list[list[str]]]
"""Splits properties into those of each request; the second are in every one."""

Choose = Callable[[Sequence[str]], list[str]]
"""Gives those of the properties that are wanted."""

QUERY_PROPERTIES: Kind[Properties] = Kind("query_properties", "Which fields an API is asked for.")
PROPERTY_LIST: Kind[Callable[[], list[str]]] = Kind("property_list", "Finds the fields that there are.")
PROPERTY_SELECTOR: Kind[Choose] = Kind("property_selector", "Chooses among the fields that there are.")
PROPERTY_CHUNKING: Kind[tuple[Chunk, Key]] = Kind("property_chunking", "Asks for fields in several requests.")
RECORD_MERGE_STRATEGY: Kind[Key] = Kind("record_merge_strategy", "Tells which parts belong to one record.")
