"""Exits that are seen only while a run goes on, or only by who watches it: files, a terminal, a real process."""

from __future__ import annotations

import logging  # noqa: TID251 - what others log with
import os
import pty
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.command import PROCESS

import penstock
from penstock.cli.progress import ProgressLines
from penstock.destinations import Destination, Part
from penstock.masking.batch import MaskedBatch
from penstock.masking.exits import Level
from penstock.masking.redactor import Redactor
from penstock.sync.to_duckdb import sync_to_duckdb
from penstock.testing.canary import MASKED, CanarySource, Leave, echo, person, sightings
from penstock.testing.fake_api import FakeApi

Json = Any


class Snapshots(ProgressLines):
    """Passes everything on, and after each step copies every file of a folder."""

    def __init__(self, inner: Destination, folder: Path) -> None:
        super().__init__(inner, _silent)
        self._folder = folder
        self.files: dict[str, bytes] = {}

    def write(self, batch: MaskedBatch, part: Part) -> None:
        super().write(batch, part)
        self._copy()

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        super().checkpoint(stream, state)
        self._copy()

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        super().finished(stream, state, complete=complete)
        self._copy()

    def _copy(self) -> None:
        for file in self._folder.rglob("*"):
            if file.is_file():
                self.files[file.name] = self.files.get(file.name, b"") + file.read_bytes()


def _silent(level: Level, text: str) -> None:
    pass


def snapshots(source: CanarySource) -> dict[str, bytes]:
    """What the files of a sync held at any of its steps, by name."""
    watched: list[Snapshots] = []

    def watch(destination: Destination) -> Destination:
        watched.append(Snapshots(destination, Path("out")))
        return watched[0]

    sync_to_duckdb(
        penstock.load(source.manifest_path),
        source.config,
        Path("out/warehouse.duckdb"),
        log=_silent,
        redactor=Redactor(),
        watch=watch,
    )
    return watched[0].files


def test_no_canary_is_in_a_file_at_any_step_of_a_sync(source: CanarySource, api: FakeApi) -> None:
    """Staging tables and the write-ahead log are files too."""
    api.on("/people", {"people": [{**person(), "id": i} for i in range(2_500)]})

    files = snapshots(source)

    assert {"warehouse.duckdb", "warehouse.duckdb.wal"} <= files.keys()
    assert {name: sightings(content) for name, content in files.items()} == {name: [] for name in files}


def test_a_canary_in_the_write_ahead_log_would_be_seen(source: CanarySource, api: FakeApi) -> None:
    """The control: without masks it is full of them."""
    api.on("/people", {"people": [{**person(), "id": i} for i in range(2_500)]})

    files = snapshots(source.unmasked())

    assert set(sightings(files["warehouse.duckdb.wal"])) >= {*MASKED} - {"ip_address", "owner", "subject"}


def on_a_terminal(*arguments: str, columns: int) -> bytes:
    """What `penstock` shows a person, on standard output and standard error, on a terminal of this width."""
    ours, theirs = pty.openpty()
    shown = bytearray()

    def watch() -> None:
        while True:
            try:
                part = os.read(ours, 65_536)
            except OSError:
                return
            if not part:
                return
            shown.extend(part)

    watcher = threading.Thread(target=watch)
    watcher.start()
    subprocess.run(
        [*PROCESS, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm"},
        check=False,
    )
    os.close(theirs)
    watcher.join()
    os.close(ours)
    return bytes(shown)


@pytest.mark.parametrize("columns", [200, 30])
def test_no_canary_is_on_the_terminal(source: CanarySource, api: FakeApi, columns: int) -> None:
    """Bars, log lines above them and the summary; on a narrow terminal a secret would be cut into pieces."""
    api.on("/people", echo(400))
    message = "error_message: \"no access for {{ config['password'] }} and {{ config['api_key'] }}!\""
    handled = f"max_retries: 0, response_filters: [{{ type: HttpResponseFilter, action: FAIL, http_codes: [400], {message} }}] }}"
    source.changed("max_retries: 0 }", handled)

    shown = on_a_terminal(
        "sync", "manifest.yaml", "--config", "config.json", "--to", "out/w.duckdb", columns=columns
    )

    assert sightings(shown) == []
    assert b"****" in shown
    assert b"incomplete" in shown or columns < 40


def test_libraries_log_nothing_of_ours(
    source: CanarySource, caplog: pytest.LogCaptureFixture, everything_that_leaves: Leave
) -> None:
    """A program that logs everything, as schedulers do, hears neither URLs nor headers of a run."""
    caplog.set_level(logging.DEBUG)

    everything_that_leaves(source)

    assert sightings(caplog.text.encode()) == []
