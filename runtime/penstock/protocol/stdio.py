"""Prints messages, one JSON object a line. LOG and TRACE texts, and the reason of a failed check, are redacted."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import orjson

from penstock.errors import ResponseError
from penstock.masking.batch import MaskedBatch
from penstock.masking.exits import Exit, Level
from penstock.protocol import messages

Json = Any

_TOLD = frozenset({"LOG", "TRACE", "CONNECTION_STATUS"})
_TEXTS = frozenset({"message", "internal_message"})
_OPTIONS = orjson.OPT_NON_STR_KEYS


class Printer:
    """Writes protocol messages to an exit. Safe to use from any thread."""

    def __init__(self, out: Exit) -> None:
        self._out = out

    def message(self, message: Mapping[str, Json]) -> None:
        """Print one message."""
        if message["type"] in _TOLD:
            message = _redacted(message, self._out)
        self._out.write(_dumps(message) + b"\n")

    def log(self, level: Level, text: str) -> None:
        """Print a LOG message."""
        self.message(messages.log(level, text))

    def new_config(self, config: Mapping[str, Json]) -> None:
        """Print a CONTROL message with a config that changed."""
        self.message(messages.new_config(config, time.time_ns() // 1_000_000))

    def records(self, batch: MaskedBatch) -> None:
        """Print a RECORD message for each record; top-level nulls are left out."""
        head = b'{"type":"RECORD","record":{"stream":' + orjson.dumps(batch.stream) + b',"data":'
        tail = b',"emitted_at":' + str(time.time_ns() // 1_000_000).encode() + b"}}\n"
        lines = bytearray()
        for record in batch.records:
            reference = getattr(record, "file_reference", None)
            if None in record.values():
                record = messages.drop_null(record)  # noqa: PLW2901 - the line's record
            lines += head
            lines += _dumps(record)
            lines += tail if reference is None else _with_file(tail, reference)
        self._out.write(bytes(lines))


def _with_file(tail: bytes, reference: Mapping[str, Json]) -> bytes:
    """The end of a RECORD message, with the file that the record came with."""
    return tail.removesuffix(b"}}\n") + b',"file_reference":' + orjson.dumps(reference) + b"}}\n"


def _dumps(value: Json) -> bytes:
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except (TypeError, orjson.JSONEncodeError):
        pass
    try:  # integers beyond 64 bit and the like
        return json.dumps(value).encode()
    except (TypeError, ValueError):
        raise ResponseError("a record holds a value that has no JSON form") from None


def _redacted(value: Json, out: Exit, key: str = "") -> Json:
    if isinstance(value, str):
        return out.redactor(value) if key in _TEXTS else value
    if isinstance(value, Mapping):
        return {name: _redacted(child, out, name) for name, child in value.items()}
    return value
