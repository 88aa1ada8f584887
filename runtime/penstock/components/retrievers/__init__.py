"""Retrievers: how the records of one slice are read."""

from __future__ import annotations

from collections.abc import Callable

from penstock.records.select import Transform
from penstock.records.stream import Retriever
from penstock.registry import Kind

RETRIEVER: Kind[Callable[[tuple[Transform, ...]], Retriever]] = Kind(
    "retriever", "Reads the records of a stream.", custom="CustomRetriever"
)
