"""Streams, and the manifest that holds them."""

from __future__ import annotations

from penstock.records.stream import StreamPlan
from penstock.registry import Kind

STREAM: Kind[StreamPlan] = Kind("stream", "A stream of records.")
STREAM_GROUP: Kind[frozenset[str]] = Kind("stream_group", "Streams that are not read at the same time.")
GROUP_ACTION: Kind[None] = Kind("group_action", "What holds for a group of streams.")
