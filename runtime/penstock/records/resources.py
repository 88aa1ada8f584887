"""All that a component's `build` may use, in one argument (never `**kwargs`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from penstock.http.request import Send
from penstock.masking.exits import Log
from penstock.records.cursor import Cursor

Json = Any


@dataclass(frozen=True, slots=True)
class StreamContext:
    """The stream for which components are built. `name` is what messages say; `schema` the declared JSON Schema."""

    name: str
    cursor: Cursor | None = None
    schema: Callable[[], Json] = dict


@dataclass(frozen=True, slots=True)
class Resources:
    """What a run offers. Tests pass a fake clock and a fake `send`.

    `clock` gives the current moment with its zone; `monotonic` and `sleep` are in seconds; `jitter` gives a number
    from 0 up to 1. `minted` tells the redactor of a secret that came up during the run. `rate_limited` is told the
    stream whose API throttles. `folder` is where the manifest lies. `key` gives a masking key by its reference.
    `refuse_unreadable` makes an answer that cannot be decoded an error; the reference runtime reads it as no records.
    """

    config: Mapping[str, Json]
    send: Send
    clock: Callable[[], dt.datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[], float]
    log: Log
    minted: Callable[[str], None]
    rate_limited: Callable[[str], None]
    key: Callable[[str], bytes]
    folder: Path
    refuse_unreadable: bool = False
    stream: StreamContext = StreamContext("")

    def for_stream(self, stream: StreamContext) -> Resources:
        """The same resources for the components of a stream."""
        return replace(self, stream=stream)
