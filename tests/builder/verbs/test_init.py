from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.command import run_command

CANARY = "c4n4ry-5ecret-0123456789"
COMMAND = f"curl 'https://api.example/v1/orders?page=1&per_page=50' -H 'Authorization: Bearer {CANARY}'"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a command in a file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "request.txt").write_text(COMMAND)
    return tmp_path


def test_a_command_becomes_a_manifest_without_its_secret(here: Path) -> None:
    """The keys to fill in are told; the secret is in no file and on no screen."""
    outcome = run_command("init", "--curl", "request.txt", "--config", "config.json")

    assert outcome.exit_code == 0
    assert outcome.out == ""
    assert "pagination    85%" in outcome.err
    assert "fill in api_token in config.json" in outcome.err
    assert json.loads((here / "config.json").read_text()) == {"api_token": "<api token>"}
    assert CANARY not in (here / "manifest.yaml").read_text() + outcome.err
    assert run_command("lint", "--strict", "manifest.yaml").exit_code == 0


def test_a_file_that_is_there_stays(here: Path) -> None:
    """Unless `--force` says otherwise; then all files are written."""
    (here / "config.json").write_text("mine")

    refused = run_command("init", "--curl", "request.txt", "--config", "config.json")

    assert refused.exit_code == 1
    assert "config.json is there already" in refused.err
    assert not (here / "manifest.yaml").exists()
    assert run_command("init", "--curl", "request.txt", "--config", "config.json", "--force").exit_code == 0


def test_a_starter_takes_a_url(here: Path) -> None:
    """Nothing is sent to it."""
    assert (
        run_command("init", "orders", "--url", "https://nowhere.invalid/orders", "-o", "o.yaml").exit_code
        == 0
    )
    assert "name: orders" in (here / "o.yaml").read_text()


@pytest.mark.parametrize(
    "arguments",
    [["--har", "none.har"], ["--openapi", "request.txt"], ["--postman", "request.txt"], ["--url", "x"]],
)
def test_what_cannot_be_read_is_told(here: Path, arguments: list[str]) -> None:
    """Without a traceback, and without what the file holds."""
    outcome = run_command("init", *arguments)

    assert outcome.exit_code == 1
    assert outcome.err.startswith("error: ")
    assert CANARY not in outcome.err
    assert not (here / "manifest.yaml").exists()


def test_one_source_is_named(here: Path) -> None:
    """Neither none nor two."""
    assert run_command("init").exit_code == 2
    assert run_command("init", "--curl", "request.txt", "--url", "https://a.example").exit_code == 2
