"""A sync into a DuckDB file in the background: it tells how far each stream is, and ends when cancelled."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from penstock.authoring import Json, Manifest, PenstockError, Redactor, counted, sync_to_duckdb

MOST_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class StreamProgress:
    """A stream of a sync: records so far, the slice that is being read, and its end.

    Once it is over, `mode` is how rows were added, `total` the rows in the table, `misfits` the values that did not fit
    their column. `error` is what went wrong, empty where nothing did.
    """

    name: str
    records: int = 0
    slice: str = ""
    is_over: bool = False
    is_complete: bool = False
    mode: str = ""
    total: int = 0
    misfits: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A sync so far. `ended` says how it ended, empty while it goes on; `error` is what kept all of it from running.

    `warnings` are the warnings of its log, each once; they hold no values. Past MOST_WARNINGS the rest is a count.
    """

    streams: tuple[StreamProgress, ...]
    ended: str = ""
    error: PenstockError | None = None
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Shared:
    lock: threading.Lock = field(default_factory=threading.Lock)
    streams: dict[str, StreamProgress] = field(default_factory=dict)
    ended: str = ""
    error: PenstockError | None = None
    warnings: dict[str, None] = field(default_factory=dict)


class Sync:
    """A sync of some streams of a manifest into a DuckDB file, from where the last one ended."""

    def __init__(
        self,
        manifest: Manifest,
        config: Mapping[str, Json],
        path: Path,
        streams: Sequence[str],
        redactor: Redactor | None = None,
    ) -> None:
        self.path = path
        self._manifest = manifest
        self._config = config
        self._redactor = redactor or Redactor()
        self._names = list(streams)
        self._stop = threading.Event()
        self._shared = _Shared(streams={name: StreamProgress(name) for name in streams})
        self._thread = threading.Thread(target=self._run, name="penstock-sync", daemon=True)

    def start(self) -> Sync:
        """Begin."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """End it; what was committed stays, and the next sync goes on from there."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> Progress:
        """How far it is when it is over, or after so many seconds."""
        self._thread.join(seconds)
        return self.progress()

    def progress(self) -> Progress:
        """How far it is."""
        shared = self._shared
        with shared.lock:
            warnings = _brief(list(shared.warnings))
            return Progress(tuple(shared.streams.values()), shared.ended, shared.error, warnings)

    def _run(self) -> None:
        shared = self._shared
        try:
            result = sync_to_duckdb(
                self._manifest,
                self._config,
                self.path,
                log=self._log,
                redactor=self._redactor,
                streams=self._names,
                watch=lambda inner: _Watched(inner, shared),
                config_changed=lambda config: None,
                stop=self._stop,
            )
        except PenstockError as error:
            shared.error = error
            shared.ended = "failed"
            return
        except BaseException:
            shared.ended = "failed"
            raise
        for name, loaded in result.loaded.items():
            _note(shared, name, mode=loaded.mode, total=loaded.total, misfits=loaded.misfits)
        for name, failure in result.failures.items():
            _note(shared, name, error=self._redactor(failure.message))
        whole = all(stream.is_complete for stream in shared.streams.values())
        shared.ended = "all is synced" if whole else "cancelled" if self._stop.is_set() else "incomplete"

    def _log(self, level: str, text: str) -> None:
        if level == "WARN":
            told = self._redactor(text)
            with self._shared.lock:
                self._shared.warnings[told] = None


class _Watched:
    """The destination, with somebody who counts."""

    def __init__(self, inner: Json, shared: _Shared) -> None:
        self._inner = inner
        self._shared = shared
        self.checkpoint_seconds = inner.checkpoint_seconds

    def started(self, plan: Json) -> None:
        self._inner.started(plan)

    def write(self, batch: Json, part: Json) -> None:
        self._inner.write(batch, part)
        read = self._shared.streams.get(batch.stream, StreamProgress(batch.stream)).records + len(
            batch.records
        )
        _note(self._shared, batch.stream, records=read, slice=part.label)

    def settled(self, stream: str, part: Json) -> None:
        self._inner.settled(stream, part)

    def dropped(self, stream: str, part: Json) -> None:
        self._inner.dropped(stream, part)

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        self._inner.checkpoint(stream, state)

    def failed(self, stream: str, error: PenstockError) -> None:
        self._inner.failed(stream, error)

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        self._inner.finished(stream, state, complete=complete)
        _note(self._shared, stream, slice="", is_over=True, is_complete=complete)


def _brief(warnings: Sequence[str]) -> tuple[str, ...]:
    left = len(warnings) - MOST_WARNINGS
    return (*warnings[:MOST_WARNINGS], *([counted(left, "more warning")] if left > 0 else ()))


def _note(shared: _Shared, name: str, **news: Json) -> None:
    with shared.lock:
        shared.streams[name] = replace(shared.streams.get(name, StreamProgress(name)), **news)
