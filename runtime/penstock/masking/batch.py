"""Records before and after masking are two types that share no base: a destination takes only the second."""

from __future__ import annotations

from typing import Any, NewType

from penstock.lean import dataclass

Json = Any
"""A decoded JSON value."""

Record = dict[str, Json]

MaskedRecords = NewType("MaskedRecords", list[Record])
"""Records that may leave the process; minted in `masking/masker.py` alone."""


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Records as the source sent them, at most one page. Only `masking/` may read `records`."""

    stream: str
    records: list[Record]


@dataclass(frozen=True, slots=True)
class MaskedBatch:
    """Records that may leave the process, in the order in which they were read."""

    stream: str
    records: MaskedRecords
