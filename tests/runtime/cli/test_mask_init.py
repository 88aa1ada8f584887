from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.command import Outcome, run_command
from tests.runtime.cli.project import Project
from tests.runtime.cli.shop import CANARIES, KEY, MANIFEST

from penstock.masking.privacy_classes import CLASSES
from penstock.testing.fake_api import Answer, FakeApi

Json = Any


def init(*more: str) -> Outcome:
    return run_command("mask", "init", "manifest.yaml", "--config", "config.json", *more)


def drafted() -> Json:
    return yaml.safe_load(Path("draft.yaml").read_text())


def fields(stream: str) -> dict[str, Json]:
    found: dict[str, Json] = drafted()["streams"][stream]["fields"]
    return found


def test_every_field_gets_a_class(shop: Project) -> None:
    """Declared or only seen, at any depth; ids of one kind of person share a class, so that they join."""
    outcome = init("--out", "draft.yaml")
    policy = drafted()

    assert (outcome.exit_code, outcome.out) == (0, "")
    assert fields("customers") == {
        "id": "customer_id",
        "name": "name",
        "email": "email",
        "contacts[*].phone": "phone",
        "extra": "undecided",
        "extra.referred_by": "email",
    }
    assert fields("orders") == {
        "id": "public",
        "customer_id": "customer_id",
        "at": "public",
        "note": "free_text",
    }
    assert policy["unclassified"] == "fail"
    assert policy["keys"] == {"people": {"ref": "env:PENSTOCK_MASKING_KEY", "id": "k1"}}
    assert policy["classes"]["customer_id"]["mask"] == {"type": "Hmac", "key": "people", "domain": "customer"}
    assert policy["classes"]["email"]["detect"] == "email"
    assert "email" in policy["floor"]["never_in_clear"]
    assert policy["report"]


def test_a_guess_says_why(shop: Project) -> None:
    """In a comment, with how sure it is; no value is in it."""
    outcome = init("--out", "draft.yaml", "--records", "10")
    text = Path("draft.yaml").read_text()

    assert "      email: email  # 0.95: the name `email`; 10 of 10 values look like an e-mail\n" in text
    assert not [canary for canary in CANARIES if canary in text + outcome.err]


def test_the_draft_passes_a_check(shop: Project) -> None:
    """As it is, without a warning, with a config or without."""
    init("--out", "draft.yaml")

    for more in ((), ("--config", "config.json")):
        outcome = run_command("mask", "check", "manifest.yaml", "--masking", "draft.yaml", *more)

        assert (outcome.exit_code, outcome.err) == (0, "0 errors, 0 warnings\n")


def test_nothing_planted_leaves_under_the_draft(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither e-mail nor phone nor name, in any field; and all records leave."""
    monkeypatch.setenv("PENSTOCK_MASKING_KEY", KEY)
    shop.write(
        "catalog.json", {"streams": [{"stream": {"name": "customers"}}, {"stream": {"name": "orders"}}]}
    )
    init("--out", "draft.yaml")

    outcome = run_command(
        "read", "--manifest-path", "manifest.yaml", "--config", "config.json", "--catalog", "catalog.json",
        "--masking", "draft.yaml",
    )  # fmt: skip

    assert outcome.exit_code == 0
    assert len(outcome.of_type("RECORD")) == 60
    assert not [canary for canary in CANARIES if canary in outcome.out + outcome.err]
    by_stream: dict[str, list[Json]] = {"customers": [], "orders": []}
    for record in outcome.of_type("RECORD"):
        by_stream[record["stream"]].append(record["data"])
    assert {c["id"] for c in by_stream["customers"]} == {o["customer_id"] for o in by_stream["orders"]}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_draft_with_any_class_loads(shop: Project, name: str) -> None:
    """The masks that are proposed fit together with the key of the draft."""
    shop.write(
        "manifest.yaml",
        MANIFEST.replace("name: { type: [", f"name: {{ x-privacy: {{class: {name}}}, type: ["),
    )

    run_command("mask", "init", "manifest.yaml", "--out", "draft.yaml")
    outcome = run_command("mask", "check", "manifest.yaml", "--masking", "draft.yaml")

    assert fields("customers")["name"] == name
    assert (outcome.exit_code, outcome.err) == (0, "0 errors, 0 warnings\n")


def test_without_a_config_schemas_alone_are_read(shop: Project, api: FakeApi) -> None:
    """Nothing is sent; the policy goes to standard output."""
    outcome = run_command("mask", "init", "manifest.yaml")

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert yaml.safe_load(outcome.out)["streams"]["customers"]["fields"]["email"] == "email"
    assert api.requests == []


def test_what_the_manifest_masks_is_left_to_it(shop: Project) -> None:
    """A draft never loosens what a connector's author decided."""
    shop.write(
        "manifest.yaml",
        MANIFEST.replace(
            "    schema_loader:",
            "    transformations: [{ type: MaskFields, fields: [name, '**.phone'], mask: drop }]\n    schema_loader:",
            1,
        ),
    )

    init("--out", "draft.yaml")

    assert fields("customers").keys() == {"id", "email", "extra", "extra.referred_by"}


def test_keys_that_are_data_are_not_written(shop: Project, api: FakeApi) -> None:
    """An object that is keyed by e-mail is one field; names that YAML or a path would take for something else are quoted."""
    held = {canary: {"on": True, "a.b": 2} for canary in CANARIES}
    api.on("/customers", {"items": [{"id": 1, "extra": held, "on": 1, "First Name": None}]})
    shop.write(
        "manifest.yaml",
        MANIFEST.replace("          name:", "          $set: { type: integer }\n          name:"),
    )

    init("--out", "draft.yaml")
    check = run_command("mask", "check", "manifest.yaml", "--masking", "draft.yaml")

    assert fields("customers")["extra"] == "undecided"
    assert {"on", "\\$set", "First Name"} < fields("customers").keys()
    assert not [path for path in fields("customers") if path.startswith("extra.")]
    assert not [canary for canary in CANARIES if canary in Path("draft.yaml").read_text()]
    assert (check.exit_code, "0 errors" in check.err) == (0, True)


def test_a_primary_key_stays_apart(shop: Project) -> None:
    """Where the mask of its class would make rows equal, it has one that does not."""
    shop.write("manifest.yaml", MANIFEST.replace("primary_key: id", "primary_key: name", 1))

    init("--out", "draft.yaml")

    assert fields("customers")["name"] == {
        "class": "name",
        "mask": {"type": "Hmac", "key": "people", "domain": "name"},
    }


def test_what_cannot_leave_in_clear_is_searched_for(shop: Project, api: FakeApi) -> None:
    """A number of a card in a field that is called as if it were public."""
    api.on("/orders", {"items": [{"id": 4111111111111111, "at": "2024-01-02"}]})

    init("--out", "draft.yaml")

    assert fields("orders")["id"] != "public"


def test_a_stream_that_cannot_be_read_is_told(shop: Project, api: FakeApi) -> None:
    """And drafted by its schema."""
    api.on("/customers", Answer({"message": CANARIES[0]}, 500))

    outcome = init("--out", "draft.yaml")

    assert outcome.exit_code == 0
    assert "WARN  stream customers: read by its schema alone, for its records cannot be had" in outcome.err
    assert fields("customers")["name"] == "name"
    assert not [canary for canary in CANARIES if canary in outcome.err]


def test_a_file_is_not_overwritten(shop: Project) -> None:
    """Unless it is said."""
    shop.write("draft.yaml", "mine")

    refused = init("--out", "draft.yaml")
    before = Path("draft.yaml").read_text()
    forced = init("--out", "draft.yaml", "--force")

    assert (refused.exit_code, before) == (1, "mine")
    assert refused.err == "error: draft.yaml is there already\n  hint: --force replaces it\n"
    assert forced.exit_code == 0
    assert drafted()["version"] == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(("--out", "no/folder/p.yaml"), "cannot write no/folder/p.yaml: No such", id="no folder"),
        pytest.param(("--config", "nothing.json"), "cannot read the config nothing.json", id="no config"),
    ],
)
def test_what_cannot_be_drafted_is_told(shop: Project, arguments: tuple[str, ...], problem: str) -> None:
    """With exit code 1."""
    outcome = init(*arguments)

    assert outcome.exit_code == 1
    assert problem in outcome.err


def test_wrong_usage_has_exit_code_2(shop: Project) -> None:
    """No records are no sample."""
    assert init("--records", "0").exit_code == 2
    assert json.dumps(run_command("mask", "init").err).count("Missing argument") == 1
