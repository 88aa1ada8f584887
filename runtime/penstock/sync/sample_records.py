"""Records that a sample does not show, and what is masked of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from penstock.errors import PenstockError
from penstock.masking.batch import RawBatch, Record
from penstock.masking.policy import StreamMasks

Json = Any

_MOST_OBJECTS = 1_000


def objects_in(body: bytes) -> list[Record]:
    """The first objects in a JSON body, at any depth; none where it is no JSON."""
    return list(islice(_objects(_json_of(body)), _MOST_OBJECTS))


def _json_of(body: bytes) -> Json:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _objects(value: Json) -> Iterator[Record]:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _objects(child)


def masked_by(masks: StreamMasks | None, stream: str, record: Record) -> Record | None:
    """A record of a parent as it would leave; None where it would not."""
    if masks is None:
        return record
    try:
        made = masks(RawBatch(stream, [record])).records
    except PenstockError:
        return None
    return made[0] if made else None
