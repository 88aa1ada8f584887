from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from tests.command import PROCESS, run_command

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


@pytest.mark.parametrize("form", ["--curl", "--har", "--openapi", "--postman"])
@pytest.mark.parametrize("content", [b"\xff\xfe{", b"{}"], ids=["not-utf-8", "something-else"])
def test_a_file_that_cannot_be_used_is_named(here: Path, form: str, content: bytes) -> None:
    """The place comes before what is wrong with it."""
    (here / "given").write_bytes(content)

    assert run_command("init", form, "given").err.startswith("error: given: the ")


@pytest.mark.parametrize(
    ("given", "exit_code", "told"),
    [
        (b"\xef\xbb\xbfcurl https://api.example/orders", 0, "manifest.yaml: 1 stream"),
        (b"curl https://api.example/\xff", 1, "error: standard input: the text is not UTF-8"),
        (b"wget x", 1, "error: standard input: the text is not a curl command"),
    ],
    ids=["bom", "not-utf-8", "something-else"],
)
def test_standard_input_is_read_like_a_file(here: Path, given: bytes, exit_code: int, told: str) -> None:
    """Its bytes are UTF-8, with or without a mark before them."""
    done = subprocess.run([*PROCESS, "init", "--curl", "-"], input=given, capture_output=True, check=False)

    assert done.returncode == exit_code
    assert done.stderr.decode().startswith(told)


def test_keys_are_told_whole_although_a_secret_is_a_part_of_them(here: Path) -> None:
    """`user:pass` of documentation is not what hides `username` and `password`."""
    (here / "request.txt").write_text(f"curl -u user:pass https://api.example/x -H 'X-Key: {CANARY}'")

    outcome = run_command("init", "--curl", "request.txt")

    assert "fill in username, password, key in config.json" in outcome.err


def test_both_files_are_written_or_none(here: Path) -> None:
    """A config that cannot be written leaves no manifest behind, and one place holds one file."""
    beside = run_command("init", "--curl", "request.txt", "--config", "request.txt/config.json")
    same = run_command("init", "--curl", "request.txt", "-o", "a.yaml", "--config", "./a.yaml")

    assert (beside.exit_code, same.exit_code) == (1, 2)
    assert "request.txt/config.json cannot be written" in beside.err
    assert [path.name for path in here.iterdir()] == ["request.txt"]


def test_a_name_is_for_a_url(here: Path) -> None:
    """Elsewhere streams are named by their paths, so one that would be ignored is refused."""
    assert run_command("init", "orders", "--curl", "request.txt").exit_code == 2


def test_commands_that_are_told_next_quote_their_files(here: Path) -> None:
    """A blank in a folder's name does not break them."""
    (here / "my größe").mkdir()

    told = run_command("init", "--curl", "request.txt", "-o", "my größe/m.yaml").err

    assert "penstock lint 'my größe/m.yaml'" in told


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
