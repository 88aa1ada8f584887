"""The image at work, in a container: not root, nothing writable, no rights beyond those of a plain process."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.builder.image.conftest import MANIFEST
from tests.command import run_command

from penstock.testing.fake_api import FakeApi
from penstock_builder.image.running import given

Json = Any


def test_the_container_says_what_the_command_says(podman: list[str], api: FakeApi, tmp_path: Path) -> None:
    """All four verbs, message by message; only the times of the messages differ."""
    api.on("/people", [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}])
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    (tmp_path / "config.json").write_text(json.dumps({"url": api.url}))
    (tmp_path / "catalog.json").write_text(json.dumps(CATALOG))
    mounted = [*podman[:-1], f"--volume={tmp_path}:/given:ro", podman[-1]]
    for path in (tmp_path, *tmp_path.iterdir()):
        path.chmod(0o755)

    for verb in (
        ["spec"],
        ["check", *CONFIG],
        ["discover", *CONFIG],
        ["read", *CONFIG, "--catalog", "catalog.json"],
    ):
        in_container = _run(
            [*mounted, *(f"/given/{word}" if word.endswith(".json") else word for word in verb)]
        )
        command = [str(tmp_path / word) if word.endswith(".json") else word for word in verb]
        here_ = run_command(*command, "--manifest-path", str(tmp_path / "manifest.yaml"))
        assert _timeless(in_container) == _timeless(here_.messages), verb
    assert "Grace" in json.dumps(in_container)


@pytest.mark.parametrize("words", [["--config", "a b.json"], ["--config=a b.json"]], ids=["apart", "joined"])
def test_a_file_of_a_command_has_a_place_in_the_container(words: list[str]) -> None:
    """However it is written; the file of this machine is not there."""
    made = given(["check", *words])

    assert made.files == ((Path("a b.json"), "/given/config.json"),)
    assert made.words == ("check", "--config", "/given/config.json")


def test_the_connector_is_not_root_and_cannot_write(podman: list[str]) -> None:
    """Neither into its own code nor anywhere else."""
    asked = "import os; print(os.getuid(), os.getgid(), [os.access(p, os.W_OK) for p in ('/', '/opt/penstock', '.')])"
    entry = [*podman[:-1], "--entrypoint=python3", podman[-1]]

    told = subprocess.run([*entry, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert told == "1000 1000 [False, False, False]\n"


def test_the_libraries_work_in_the_image(podman: list[str]) -> None:
    """Each one that is compiled finds what it is linked to."""
    modules = (
        "ijson, orjson, psycopg, yaml, cryptography.fernet, sqlalchemy, ssl, sqlite3, zoneinfo, lzma, bz2"
    )
    asked = f"import {modules}; print(zoneinfo.ZoneInfo('Europe/Paris'), psycopg.pq.__impl__)"
    entry = [*podman[:-1], "--entrypoint=python3", podman[-1]]

    told = subprocess.run([*entry, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert told == "Europe/Paris binary\n"


CONFIG = ("--config", "config.json")
CATALOG: Json = {
    "streams": [
        {
            "stream": {"name": "people", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
            "sync_mode": "full_refresh",
            "destination_sync_mode": "append",
        }
    ]
}


def _run(command: list[str]) -> list[Json]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def _timeless(value: Json) -> Json:
    """Messages without the times at which they were sent."""
    if isinstance(value, dict):
        return {key: _timeless(child) for key, child in value.items() if key not in ("emitted_at", "time_ms")}
    return [_timeless(child) for child in value] if isinstance(value, list) else value
