"""Values to try a connector with: what is kept on disk, and what never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.authoring import ConfigError
from penstock_builder.draft import Draft
from penstock_builder.own_folder import OWN_FOLDER
from penstock_builder.workspace import TestValues, connectors

SPECIFICATION = {
    "type": "object",
    "required": ["account", "pin"],
    "properties": {
        "account": {"type": "string"},
        "pin": {"type": "string", "airbyte_secret": True},
        "page_size": {"type": "integer", "default": 50},
        "credentials": {
            "type": "object",
            "oneOf": [
                {
                    "properties": {
                        "kind": {"const": "key"},
                        "phrase": {"type": "string", "airbyte_secret": True},
                    }
                }
            ],
        },
    },
}


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return tmp_path / "manifest.yaml"


def test_values_are_there_after_a_restart(manifest: Path) -> None:
    TestValues(manifest, SPECIFICATION).set("account", "acme")

    assert TestValues(manifest, SPECIFICATION).config()["account"] == "acme"


@pytest.mark.parametrize("name", ["pin", "credentials.phrase", "api_token", "credentials.password"])
def test_a_secret_is_never_on_disk(manifest: Path, tmp_path: Path, name: str) -> None:
    """Marked ones, and those whose name says so."""
    values = TestValues(manifest, SPECIFICATION)

    values.set(name, "hunter2-canary")

    assert "hunter2-canary" in str(values.config())
    on_disk = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert on_disk
    assert not any("hunter2-canary" in text for text in on_disk)


def test_a_reference_to_a_secret_is_kept_and_followed(
    manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    TestValues(manifest, SPECIFICATION).set("pin", "env:MY_PIN")
    monkeypatch.setenv("MY_PIN", "1234")

    values = TestValues(manifest, SPECIFICATION)

    assert values.written["pin"] == "env:MY_PIN"
    assert values.config()["pin"] == "1234"


def test_a_reference_that_leads_nowhere_is_told_by_name(
    manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MY_PIN", raising=False)
    values = TestValues(manifest, SPECIFICATION)
    values.set("pin", "env:MY_PIN")

    with pytest.raises(ConfigError, match=r"`pin` names the environment variable MY_PIN"):
        values.config()


def test_defaults_fill_in_and_what_is_missing_is_told(manifest: Path) -> None:
    values = TestValues(manifest, SPECIFICATION)
    values.set("account", "acme")

    assert values.config()["page_size"] == 50
    assert values.missing() == ["pin"]


def test_a_value_can_be_taken_away(manifest: Path) -> None:
    values = TestValues(manifest, SPECIFICATION)
    values.set("credentials.kind", "key")

    values.set("credentials.kind", None)

    assert values.config()["credentials"] == {}


def test_a_folder_knows_its_connectors(tmp_path: Path) -> None:
    """Manifests by name, or by what they hold; what Penstock keeps for itself is passed over."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "manifest.yaml").write_text("")
    (tmp_path / "orders.yaml").write_text("version: 1\nstreams: []\n")
    (tmp_path / "other.yaml").write_text("services: {}\n")
    (tmp_path / OWN_FOLDER).mkdir()
    (tmp_path / OWN_FOLDER / "manifest.yaml").write_text("")

    assert connectors(tmp_path) == [tmp_path / "a" / "manifest.yaml", tmp_path / "orders.yaml"]


def test_own_files_are_for_one_person(tmp_path: Path) -> None:
    """Others on the machine cannot enter, and git passes the folder over: it may hold names of accounts."""
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text("version: 1.0.0\n")

    TestValues(manifest, {}).set("account", "a-1")
    Draft.open(manifest)

    own = tmp_path / OWN_FOLDER
    assert own.stat().st_mode & 0o777 == 0o700
    assert (own / ".gitignore").read_text() == "*\n"
    assert sorted(each.name for each in own.iterdir()) == [".gitignore", "drafts", "manifest.values.json"]
