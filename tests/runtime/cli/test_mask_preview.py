from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.command import Outcome, run_command
from tests.runtime.cli.project import Project
from tests.runtime.cli.shop import CANARIES, EMAIL, MANIFEST, NAME, PHONE, POLICY

from penstock.testing.fake_api import Answer, FakeApi

Json = Any


def preview(*more: str) -> Outcome:
    return run_command(
        "mask", "preview", "manifest.yaml", "--masking", "policy.yaml", "--config", "config.json", *more
    )


def rows(outcome: Outcome) -> dict[str, list[str]]:
    """The cells of each row after the first, by the first."""
    lines = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in outcome.out.splitlines()
        if "│" in line
    ]
    return {first: rest for first, *rest in lines}


def seen(outcome: Outcome) -> list[str]:
    return [canary for canary in CANARIES if canary in outcome.out + outcome.err]


def test_each_field_is_shown_with_its_mask(shop: Project) -> None:
    """Path, class, technique, types, and what a masked value looks like; nothing in clear."""
    outcome = preview("--streams", "customers")
    shown = rows(outcome)

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert "customers: 20 of 20 records would leave" in outcome.out
    assert shown["name"] == ["name", "Redact", "string", '"***"']
    assert shown["id"][:3] == ["customer", "Hmac", "integer → string"]
    assert shown["id"][3].startswith('"p26_')
    assert shown["contacts[*].phone"] == ["phone", "Partial", "string", f'"{"*" * (len(PHONE) - 2)}87"']
    assert shown["extra.referred_by"] == ["free_text", "ScanText", "string", '"<email>"']
    assert "orders" not in outcome.out
    assert seen(outcome) == []


def test_what_is_kept_is_in_clear_and_not_shown(shop: Project) -> None:
    """Somebody called it public, but may have erred."""
    shop.write("policy.yaml", POLICY.replace("name: name", "name: public"))

    outcome = preview()

    assert rows(outcome)["name"] == ["public", "Keep", "string", "as it is"]
    assert seen(outcome) == []


def test_values_are_revealed_when_asked_for(shop: Project, tmp_path: Path) -> None:
    """On standard output, and in no file."""
    outcome = preview("--reveal", "--streams", "customers")

    files = {path.name for path in tmp_path.iterdir()}
    assert rows(outcome)["name"] == ["name", "Redact", "string", f'"{NAME}"', '"***"']
    assert files == {"manifest.yaml", "policy.yaml", "config.json"}


def test_a_dropped_field_is_gone(shop: Project) -> None:
    """There is no example of it."""
    shop.write("policy.yaml", POLICY.replace("name: {mask: redact}", "name: {mask: drop}"))

    assert rows(preview())["name"] == ["name", "Drop", "string → gone", ""]


def test_the_read_is_ended_early(shop: Project, api: FakeApi) -> None:
    """After as many records as are wanted no page is asked for any more."""
    api.on("/customers", lambda request: {"items": [{"id": 1}, {"id": 2}], "next": "more"})
    shop.write(
        "manifest.yaml",
        MANIFEST.replace(
            "field_path: [items] } }\n",
            "field_path: [items] } }\n      paginator: { type: DefaultPaginator, page_token_option: "
            "{ type: RequestOption, inject_into: request_parameter, field_name: page }, pagination_strategy: "
            "{ type: PageIncrement, page_size: 2 } }\n",
            1,
        ),
    )

    outcome = preview("--streams", "customers", "--records", "3")

    assert "customers: 3 of 3 records would leave" in outcome.out
    assert len(api.requests) <= 3


@pytest.mark.parametrize("word", ["fail", "quarantine"])
def test_records_that_would_not_leave_are_told(shop: Project, word: str) -> None:
    """All of them, with path and reason, though a run would end at the first."""
    aside = "quarantine: {to: aside.jsonl, encrypt: people}\n"
    shop.write("policy.yaml", aside + POLICY.replace("      name: name\n", "").replace(": fail", f": {word}"))

    outcome = preview("--records", "4", "--streams", "customers")

    assert outcome.exit_code == 0
    assert "customers: 0 of 4 records would leave" in outcome.out
    assert "withheld: `name` has no class in the policy (records: 4)\n" in outcome.out
    assert rows(outcome)["name"] == ["", f"unclassified: {word}", "string", ""]
    assert seen(outcome) == []


def test_nothing_is_written(shop: Project, tmp_path: Path) -> None:
    """Neither a report nor records that a run would put aside: nothing has run."""
    changed = POLICY.replace("      name: name\n", "").replace(": fail", ": quarantine")
    shop.write(
        "policy.yaml", f"{changed}report: report.json\nquarantine: {{to: aside.jsonl, encrypt: people}}\n"
    )

    outcome = preview()

    assert "withheld: `name`" in outcome.out
    assert {path.name for path in tmp_path.iterdir()} == {"manifest.yaml", "policy.yaml", "config.json"}


def test_a_stream_that_cannot_be_read_is_told(shop: Project, api: FakeApi) -> None:
    """The others are shown; the exit code is 1."""
    api.on("/customers", Answer({"message": EMAIL}, 500))

    outcome = preview()

    assert outcome.exit_code == 1
    assert "stream customers: " in outcome.err
    assert "orders: 20 of 20 records would leave" in outcome.out
    assert seen(outcome) == []


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(("--streams", "customer"), "did you mean `customers`?", id="a stream that is not there"),
        pytest.param(("--masking", "nothing.yaml"), "No such file", id="no policy"),
        pytest.param(("--config", "nothing.json"), "cannot read the config", id="no config"),
    ],
)
def test_what_cannot_start_is_told(shop: Project, arguments: tuple[str, ...], problem: str) -> None:
    """With exit code 1."""
    outcome = preview(*arguments)

    assert (outcome.exit_code, outcome.out) == (1, "")
    assert problem in outcome.err


def test_a_key_is_needed(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples are those of a run."""
    monkeypatch.delenv("MASKING_KEY")

    outcome = preview()

    assert outcome.exit_code == 1
    assert "the masking key env:MASKING_KEY is not set" in outcome.err


def test_wrong_usage_has_exit_code_2(shop: Project) -> None:
    """No records are no preview."""
    assert preview("--records", "0").exit_code == 2
    assert run_command("mask", "preview", "manifest.yaml").exit_code == 2
