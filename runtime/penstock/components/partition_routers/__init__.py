"""Partition routers: what a stream is split by, such as the accounts of a user or the records of a parent stream."""

from __future__ import annotations

from penstock.records.stream import Router
from penstock.registry import Kind

PARTITION_ROUTER: Kind[Router] = Kind(
    "partition_router", "Splits a stream into partitions.", custom="CustomPartitionRouter"
)
