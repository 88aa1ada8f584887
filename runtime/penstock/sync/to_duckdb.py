"""`sync`: a manifest's streams into a DuckDB file, from where the last sync ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from penstock.destinations import Destination
from penstock.destinations.duckdb.destination import DuckDBDestination, Loaded
from penstock.destinations.duckdb.load import Mode
from penstock.errors import ConfigError, PenstockError
from penstock.expressions.macros import system_clock
from penstock.lean import dataclass
from penstock.masking.exits import Log
from penstock.masking.redactor import Redactor
from penstock.plan.compile import chosen_streams, compile_source
from penstock.plan.manifest import Manifest
from penstock.records.stream import StreamPlan
from penstock.sync.read import read
from penstock.sync.runtime import resources_for

Json = Any


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What came of each stream, and the first error of those that failed."""

    loaded: Mapping[str, Loaded]
    failures: Mapping[str, PenstockError]


def sync_to_duckdb(
    manifest: Manifest,
    config: Mapping[str, Json],
    path: Path,
    *,
    log: Log,
    redactor: Redactor,
    streams: Sequence[str] = (),
    mode: Mode | None = None,
    full_refresh: bool = False,
    watch: Callable[[Destination], Destination] = lambda destination: destination,
    config_changed: Callable[[Mapping[str, Json]], None] = lambda config: None,
    stop: threading.Event | None = None,
) -> SyncResult:
    """Sync streams (all by default) into a DuckDB file. An answer that cannot be read fails its stream.

    `full_refresh` forgets the saved state and replaces the tables. `watch` wraps the destination, to show progress.
    `config_changed` is told of tokens that must be saved. `stop` ends the sync early; what was committed stays.
    Raises ManifestError, ConfigError and DestinationError before anything is touched.
    """
    stop = stop or threading.Event()
    with resources_for(
        manifest,
        config,
        log=log,
        redactor=redactor,
        config_changed=config_changed,
        refuse_unreadable=True,
        stop=stop,
    ) as using:
        plan = compile_source(manifest, using)
        chosen = chosen_streams(plan, streams)
        modes: dict[str, Mode] = {
            stream.name: "overwrite" if full_refresh else mode or usual_mode(stream) for stream in chosen
        }
        _refuse_impossible(chosen, modes)
        destination = DuckDBDestination(path, lambda s: modes[s.name], log, system_clock, time.monotonic)
        try:
            saved = destination.states()
            states = {name: saved.get(name, {}) for name, mode_ in modes.items() if mode_ != "overwrite"}
            result = read(
                chosen,
                states,
                watch(destination),
                concurrency=plan.concurrency,
                ahead=using.ahead,
                masking=using.masking,
                monotonic=time.monotonic,
                stop=stop,
                redact=redactor,
            )
        finally:
            destination.close()
    return SyncResult(destination.loaded, result.failures)


def usual_mode(stream: StreamPlan) -> Mode:
    """With a cursor, new rows are merged by primary key, or appended where there is none; else all is replaced."""
    if not stream.is_incremental:
        return "overwrite"
    return "append_dedup" if stream.primary_key else "append"


def _refuse_impossible(streams: Sequence[StreamPlan], modes: Mapping[str, Mode]) -> None:
    merged = [stream for stream in streams if modes[stream.name] == "append_dedup"]
    keyless = [stream.name for stream in merged if not stream.primary_key]
    if keyless:
        raise ConfigError(
            f"append_dedup needs a primary key, which these streams do not have: {', '.join(keyless)}",
            hint="name a `primary_key` in the manifest, or use --mode append",
        )
    blurred = [stream.name for stream in merged if _blurs_its_key(stream)]
    if blurred:
        raise ConfigError(
            f"masks make different primary keys equal, so rows would be lost in: {', '.join(blurred)}",
            hint="mask a key with Hmac, which keeps keys apart, or use --mode append",
        )


def _blurs_its_key(stream: StreamPlan) -> bool:
    """Whether a mask gives the same for two keys that differ."""
    return not all(stream.mask.keeps_apart(field) for (field,) in stream.primary_key or ())
