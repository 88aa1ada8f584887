"""All that a component's `build` may use, in one argument (never `**kwargs`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from penstock.http.cache import ResponseCache
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

    `cache` remembers answers within the run. `clock` gives the current moment with its zone; `monotonic` and `sleep` are in seconds; `jitter` gives a number
    from 0 up to 1. `minted` tells the redactor of a secret that came up during the run. `rate_limited` is told the
    stream whose API throttles. `folder` is where the manifest lies. `parent_depth` counts the streams that stand between here and the manifest's own. `key` gives a masking key by its reference.
    `refuse_unreadable` makes an answer that cannot be decoded an error; the reference runtime reads it as no records.
    """

    config: Mapping[str, Json]
    send: Send
    cache: ResponseCache
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
    parent_depth: int = 0

    def for_stream(self, stream: StreamContext) -> Resources:
        """The same resources for the components of a stream."""
        return replace(self, stream=stream)

    def for_parent(self) -> Resources:
        """The same resources for a stream that the one at hand is split by."""
        return replace(self, parent_depth=self.parent_depth + 1)

    @property
    def remembers_answers(self) -> bool:
        """Whether a stream's answers are kept unless its requester says otherwise.

        Those of direct parents are, inside the child and as a stream of their own; parents of parents are not, as in
        the reference runtime.
        """
        return self.parent_depth == 1 or (self.parent_depth == 0 and self.cache.keeps(self.stream.name))
