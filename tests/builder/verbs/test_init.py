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


def test_the_commands_that_are_told_next_can_be_run(here: Path) -> None:
    """Word for word; that the API is not there is another matter."""
    told = run_command("init", "--curl", "request.txt", "--config", "config.json").err

    following = [line.split()[1:] for line in told.splitlines() if line.startswith("  penstock ")]

    assert [words[0] for words in following] == ["lint", "check"]
    assert 2 not in [run_command(*words).exit_code for words in following]


def test_names_of_others_do_not_steer_the_terminal(here: Path) -> None:
    """A collection names its requests as it likes."""
    item = {"name": "a\x1b[2Jb\x07", "request": "https://api.example/orders"}
    (here / "shop.json").write_text(json.dumps({"item": [item]}))

    outcome = run_command("init", "--postman", "shop.json")

    assert outcome.exit_code == 0
    assert "a\\x1b[2Jb" in outcome.err
    assert "\x1b" not in outcome.err + outcome.out


def test_every_verb_has_its_line_of_help() -> None:
    """Whole: none is cut off."""
    told = run_command("--help").out.partition("Commands:\n")[2]

    assert "..." not in told
    assert {"diff", "image", "init", "package", "test", "ui"} <= {
        line.split()[0] for line in told.split("\n\n")[0].splitlines()
    }
