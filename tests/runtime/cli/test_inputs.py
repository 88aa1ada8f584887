from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from penstock.cli.inputs import find_manifest, read_config, read_json, save_config
from penstock.errors import ConfigError

Json = Any


def test_the_manifest_that_is_named_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the one of the environment."""
    monkeypatch.setenv("PENSTOCK_MANIFEST", "environment.yaml")

    assert find_manifest("named.yaml") == "named.yaml"
    assert find_manifest(None) == "environment.yaml"


def test_no_manifest_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With both ways to name one."""
    monkeypatch.delenv("PENSTOCK_MANIFEST", raising=False)

    with pytest.raises(
        ConfigError, match=r"there is no manifest\n  hint: give --manifest-path FILE, or set PENSTOCK_"
    ):
        find_manifest(None)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        pytest.param(b'{"a": 1}', {"a": 1}, id="an object"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', {"a": 1}, id="a byte-order mark, as editors of Windows write"),
        pytest.param('{"a": "é"}'.encode(), {"a": "é"}, id="text beyond ASCII"),
        pytest.param(b" [1] \n", [1], id="a list"),
    ],
)
def test_a_json_file_is_read(tmp_path: Path, content: bytes, value: Json) -> None:
    """In UTF-8."""
    (tmp_path / "input.json").write_bytes(content)

    assert read_json(str(tmp_path / "input.json"), "state") == value


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(
            b'{"token": "s3cret",\n "a": s3cret}', r"input\.json:2:7: the config is not JSON", id="no JSON"
        ),
        pytest.param(
            b'{"token": "s3cret', r"input\.json:1:11: the config is not JSON", id="text that does not end"
        ),
        pytest.param(b"", r"input\.json:1:1: the config is not JSON", id="nothing"),
        pytest.param(b"s3cret \xff", "is not UTF-8 text", id="no text"),
        pytest.param(b"[" * 99_999, "is nested too deep", id="too deep"),
        pytest.param(b'["s3cret"]', "is not a JSON object", id="a list"),
    ],
)
def test_a_config_that_cannot_be_read_is_told_by_its_place(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """Its text is not repeated: it holds secrets."""
    (tmp_path / "input.json").write_bytes(content)

    with pytest.raises(ConfigError, match=problem) as refusal:
        read_config(str(tmp_path / "input.json"))

    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        pytest.param("nothing.json", "cannot read the config nothing.json: No such file", id="no file"),
        pytest.param(".", r"cannot read the config \.: Is a directory", id="a folder"),
    ],
)
def test_a_file_that_cannot_be_opened_is_told(path: str, problem: str) -> None:
    """With why."""
    with pytest.raises(ConfigError, match=problem):
        read_config(path)


def test_a_config_is_replaced_in_one_step(tmp_path: Path) -> None:
    """It keeps its rights, and no other file is left."""
    config = tmp_path / "config.json"
    config.write_text("{}")
    config.chmod(0o600)

    save_config(str(config), {"refresh_token": "new"})

    assert json.loads(config.read_text()) == {"refresh_token": "new"}
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [config]
