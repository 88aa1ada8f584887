"""Streams, and the manifest that holds them."""

from __future__ import annotations

from penstock.records.stream import StreamPlan
from penstock.registry import Kind

STREAM: Kind[StreamPlan] = Kind("stream", "A stream of records.")
