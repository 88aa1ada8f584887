"""Destinations: where masked records go, and how far they are safe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from penstock.errors import PenstockError
from penstock.lean import dataclass
from penstock.masking.batch import MaskedBatch
from penstock.records.stream import StreamPlan

Json = Any


@dataclass(frozen=True, slots=True)
class Part:
    """A slice of a stream as destinations know it. `label` may be shown: it tells the window and no partition."""

    number: int
    label: str


class Destination(Protocol):
    """Takes what a run reads. Called by one thread.

    The order of calls for each stream is `started`, then `write`, `settled`, `dropped`, `checkpoint` and `failed` in any number, then `finished`. Parts
    come interleaved; only what is settled is covered by a checkpoint, the rest will be read again after a crash.
    """

    checkpoint_seconds: float
    """How far apart the checkpoints of a partitioned stream are to be; the first comes at once."""

    def started(self, plan: StreamPlan) -> None:
        """A stream is about to be read."""
        ...

    def write(self, batch: MaskedBatch, part: Part) -> None:
        """Take records of a part. Raises DestinationError."""
        ...

    def settled(self, stream: str, part: Part) -> None:
        """All records of the part that were written so far are covered by the next checkpoint."""
        ...

    def dropped(self, stream: str, part: Part) -> None:
        """The part failed; a later run reads it again from its start, or from where it was settled."""
        ...

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        """The state that covers what is settled, and nothing else: both are to become safe together."""
        ...

    def failed(self, stream: str, error: PenstockError) -> None:
        """A part of the stream could not be read; the rest goes on."""
        ...

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        """Nothing more comes of the stream; `complete` tells whether nothing failed."""
        ...
