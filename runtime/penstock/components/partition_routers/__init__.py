"""Partition routers: what a stream is split by, such as the accounts of a user or the records of a parent stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock.records.stream import Router
from penstock.registry import Buildable, Kind

PARTITION_ROUTER: Kind[Router] = Kind(
    "partition_router", "Splits a stream into partitions.", custom="CustomPartitionRouter"
)


def has_options(declared: Buildable[Any]) -> bool:
    """Whether a declared router, or a parent of it, puts something into requests."""
    links: list[Any] = getattr(declared, "parent_stream_configs", [declared])
    return any(getattr(link, "request_option", None) is not None for link in links)


def field_names(declared: Buildable[Any]) -> Iterator[str]:
    """The names that a declared router gives its values, as far as they stand in the manifest."""
    for link in getattr(declared, "parent_stream_configs", [declared]):
        for name in ("cursor_field", "partition_field"):
            written = getattr(link, name, None)
            text = written if written is None or isinstance(written, str) else written.constant
            if text is not None:
                yield text
