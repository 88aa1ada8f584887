"""Penstock from Python: what the command line does, as functions."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from penstock.custom.library import Library
from penstock.destinations import Destination
from penstock.destinations.memory import MemoryDestination
from penstock.diagnostics import Diagnostic
from penstock.errors import as_told
from penstock.masking.exits import Level
from penstock.masking.redactor import Redactor
from penstock.plan.compile import chosen_streams, compile_check, compile_source
from penstock.plan.manifest import Manifest, lint_manifest, load_manifest
from penstock.records.resources import Resources
from penstock.sync.check import CheckResult
from penstock.sync.check import check as check_plan
from penstock.sync.discover import discover as discover_plan
from penstock.sync.read import ReadResult
from penstock.sync.read import read as read_plans
from penstock.sync.runtime import resources_for

Json = Any


def load(
    path: str | Path,
    *,
    allow_custom_code: bool = False,
    components_path: str | Path | None = None,
    masking: str | Path | None = None,
) -> Manifest:
    """Read a manifest, and the masking policy that its runs obey. Raises ManifestError with every problem found.

    With `allow_custom_code` its components `Custom…` run Python of the connector's own, from `components_path` or a
    `components.py` beside the manifest. That code can do all that you can: read it first (see `penstock.custom`).
    """
    find_class = Library.beside(path, components_path) if allow_custom_code else None
    return load_manifest(path, find_class=find_class, masking=masking)


def lint(text: str, file: str = "manifest.yaml") -> tuple[Diagnostic, ...]:
    """Every problem of manifest text, in file order."""
    return lint_manifest(text, file)


def check(manifest: Manifest, config: Mapping[str, Json]) -> CheckResult:
    """Tell whether a configuration works. Raises ConfigError where it does not fit the manifest."""
    with _resources(manifest, config) as (using, redact):
        found = check_plan(compile_check(manifest, using))
        return CheckResult(found.succeeded, redact(found.reason))


def discover(manifest: Manifest, config: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The streams of a manifest, as the Airbyte protocol's catalog lists them."""
    with _resources(manifest, config) as (using, _):
        return discover_plan(compile_source(manifest, using))


def read(
    manifest: Manifest,
    config: Mapping[str, Json],
    destination: Destination | None = None,
    *,
    streams: Sequence[str] = (),
    states: Mapping[str, Mapping[str, Json]] | None = None,
) -> tuple[ReadResult, Destination]:
    """Read streams (all by default) from their states, masked, into a destination: memory by default.

    Gives how the read ended, and the destination. A stream that fails does not stop the others.
    """
    stop = threading.Event()
    into = destination or MemoryDestination()
    with _resources(manifest, config, stop) as (using, redact):
        plan = compile_source(manifest, using)
        result = read_plans(
            chosen_streams(plan, streams),
            states or {},
            into,
            concurrency=plan.concurrency,
            ahead=using.ahead,
            masking=using.masking,
            monotonic=time.monotonic,
            stop=stop,
            redact=redact,
        )
    return result, into


@contextlib.contextmanager
def _resources(
    manifest: Manifest, config: Mapping[str, Json], stop: threading.Event | None = None
) -> Iterator[tuple[Resources, Redactor]]:
    """What a run stands on, and its redactor: no error leaves with a secret in it, or with what caused it."""
    redactor = Redactor()
    try:
        with resources_for(manifest, config, log=_silent, redactor=redactor, stop=stop) as using:
            yield using, redactor
    except Exception as error:  # noqa: BLE001 - whatever it is, it may hold data
        raise as_told(error, redactor) from None


def _silent(level: Level, text: str) -> None:
    """A library does not speak."""
