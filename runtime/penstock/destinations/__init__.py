"""Destinations: where masked records go, and how far they are safe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from penstock.errors import PenstockError
from penstock.masking.batch import MaskedBatch
from penstock.records.stream import StreamPlan

Json = Any


class Destination(Protocol):
    """Takes what a run reads. Called by one thread, in this order for each stream:

    `started`, then `write`, `checkpoint` and `failed` in any number, then `finished`.
    """

    checkpoint_seconds: float
    """How far apart the checkpoints of a partitioned stream are to be; the first comes at once."""

    def started(self, plan: StreamPlan) -> None:
        """A stream is about to be read."""

    def write(self, batch: MaskedBatch) -> None:
        """Take records. Raises DestinationError."""

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        """Everything that `state` covers was written before: once it is safe, so may the state be."""

    def failed(self, stream: str, error: PenstockError) -> None:
        """A part of the stream could not be read; the rest goes on."""

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        """Nothing more comes of the stream; `complete` tells whether nothing failed."""
