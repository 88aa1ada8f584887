"""The states that a destination is given, sealed where the masking policy wants that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.destinations import Destination
from penstock.masking.policy import Masking

Json = Any


class Sealing:
    """A destination that sees states only as they may be saved, and everything else as it comes."""

    def __init__(self, destination: Destination, masking: Masking) -> None:
        self._destination = destination
        self._masking = masking
        self.checkpoint_seconds = destination.checkpoint_seconds
        self.started = destination.started
        self.write = destination.write
        self.settled = destination.settled
        self.dropped = destination.dropped
        self.failed = destination.failed

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        self._destination.checkpoint(stream, self._masking.sealed(state))

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        self._destination.finished(stream, self._masking.sealed(state), complete=complete)
