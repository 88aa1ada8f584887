"""Values to try a connector with: what is kept on disk, and what never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.authoring import ConfigError, Json, secret_values
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


def on_disk(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.rglob("*") if path.is_file())


def test_what_becomes_a_secret_leaves_the_disk(manifest: Path, tmp_path: Path) -> None:
    """At once, not with the next value that is set; this process has it still."""
    values = TestValues(manifest, {"properties": {"passcode": {"type": "string"}}})
    values.update({"passcode": "hunter2-canary", "account": "acme"})

    values.specify({"properties": {"passcode": {"type": "string", "airbyte_secret": True}}})

    assert "hunter2-canary" not in on_disk(tmp_path)
    assert "acme" in on_disk(tmp_path)
    assert values.config()["passcode"] == "hunter2-canary"


def test_what_became_a_secret_meanwhile_leaves_the_disk_when_it_is_opened(
    manifest: Path, tmp_path: Path
) -> None:
    """The manifest may have been edited elsewhere."""
    TestValues(manifest, {}).set("passcode", "hunter2-canary")

    TestValues(manifest, {"properties": {"passcode": {"type": "string", "airbyte_secret": True}}})

    assert "hunter2-canary" not in on_disk(tmp_path)


def test_a_broken_manifest_takes_no_mark_away(manifest: Path, tmp_path: Path) -> None:
    """Its specification is empty while somebody types. A mark ends where the place is declared without one."""
    values = TestValues(manifest, SPECIFICATION)
    values.set("pin", "hunter2-canary")

    values.specify({})
    values.set("account", "acme")

    assert values.is_secret("pin")
    assert "hunter2-canary" not in on_disk(tmp_path)
    values.specify({"properties": {"pin": {"type": "string"}}})
    assert not values.is_secret("pin")


def test_two_windows_keep_each_other_s_values(manifest: Path) -> None:
    """Only what is set is written, or taken away, whatever else the other window has set or taken away since."""
    TestValues(manifest, SPECIFICATION).update({"old": 1, "gone": 2})
    one, other = TestValues(manifest, SPECIFICATION), TestValues(manifest, SPECIFICATION)

    one.set("account", "acme")
    one.set("gone", None)
    other.set("credentials.kind", "key")
    other.set("old", None)

    assert TestValues(manifest, SPECIFICATION).written == {"account": "acme", "credentials": {"kind": "key"}}


@pytest.mark.parametrize("broken", [None, "{ account: acme }"])
def test_values_are_written_again_where_their_file_is_lost(manifest: Path, broken: str | None) -> None:
    """Deleted, or mistyped in: what the window knows is kept with the next value."""
    values = TestValues(manifest, SPECIFICATION)
    values.set("account", "acme")
    file = manifest.parent / OWN_FOLDER / "manifest.values.json"
    file.unlink() if broken is None else file.write_text(broken)

    values.set("page_size", 10)

    assert TestValues(manifest, SPECIFICATION).written == {"account": "acme", "page_size": 10}


@pytest.mark.parametrize("name", ["gone", "credentials.kind", "account.deep.er"])
def test_to_take_away_what_is_not_there_changes_nothing(manifest: Path, name: str) -> None:
    """No object is made to hold nothing, for then it would not be missing any more."""
    values = TestValues(manifest, SPECIFICATION)
    values.set("account", "acme")

    values.set(name, None)

    assert values.written == {"account": "acme"}


def test_a_file_that_cannot_be_read_is_left_as_it_is(manifest: Path) -> None:
    """Somebody may have mistyped in it; to open its connector is no reason to lose it."""
    TestValues(manifest, SPECIFICATION).set("account", "acme")
    file = manifest.parent / OWN_FOLDER / "manifest.values.json"
    file.write_text("{ account: acme }")

    TestValues(manifest, SPECIFICATION).specify({})

    assert file.read_text() == "{ account: acme }"


TOKEN = {"type": "string", "airbyte_secret": True}


@pytest.mark.parametrize(
    ("items", "value"),
    [
        pytest.param(TOKEN, ["hunter2-canary"], id="the items"),
        pytest.param({"properties": {"phrase": TOKEN}}, [{"phrase": "hunter2-canary"}], id="their property"),
        pytest.param(
            {"oneOf": [{"properties": {"kind": {}}}, {"anyOf": [{"properties": {"phrase": TOKEN}}]}]},
            [{"phrase": "hunter2-canary"}],
            id="in a branch",
        ),
        pytest.param({"items": {"allOf": [TOKEN]}}, [["hunter2-canary"]], id="a list in the list"),
        pytest.param({"properties": {"api_key": {}}}, [{"api_key": "hunter2-canary"}], id="by its name"),
    ],
)
@pytest.mark.parametrize("name", ["accounts", "more.accounts"])
def test_a_list_with_a_secret_in_it_is_a_secret(
    manifest: Path, tmp_path: Path, name: str, items: Json, value: Json
) -> None:
    """All of it: its items have no names of their own. A run looks for the same values to redact them."""
    accounts = {"properties": {"accounts": {"type": "array", "items": items}}}
    specification = {"properties": {"more": accounts, **accounts["properties"]}}
    values = TestValues(manifest, specification)

    values.set(name, value)
    values.set("account", "acme")

    assert values.is_secret(name)
    assert not values.is_secret("account")
    assert "acme" in on_disk(tmp_path)
    assert "hunter2-canary" not in on_disk(tmp_path)
    assert "hunter2-canary" in str(values.config())


def test_a_name_in_a_list_that_says_secret_is_enough(manifest: Path, tmp_path: Path) -> None:
    """As it is outside lists, whatever the specification declares."""
    TestValues(manifest, {}).update({"accounts": [{"id": 1, "api_token": "hunter2-canary"}], "tags": ["a"]})

    assert "hunter2-canary" not in on_disk(tmp_path)
    assert '"a"' in on_disk(tmp_path)


def test_what_is_below_a_secret_is_one(manifest: Path) -> None:
    """A run redacts all that is there."""
    values = TestValues(manifest, {"properties": {"login": {"type": "object", "airbyte_secret": True}}})

    assert values.is_secret("login.user.name")
    assert not values.is_secret("log")


def test_the_disk_never_holds_what_a_run_redacts(manifest: Path, tmp_path: Path) -> None:
    """Both go by the same marks, through every kind of branch."""
    value = {"deep": [{"list": [{"phrase": "hunter2-canary"}]}]}
    specification = {
        "allOf": [
            {
                "properties": {
                    "deep": {
                        "items": {
                            "oneOf": [
                                {
                                    "properties": {
                                        "list": {"anyOf": [{"items": {"properties": {"phrase": TOKEN}}}]}
                                    }
                                }
                            ]
                        }
                    }
                }
            }
        ]
    }

    TestValues(manifest, specification).update(value)

    assert secret_values(value, specification) == ["hunter2-canary"]
    assert "hunter2-canary" not in on_disk(tmp_path)
