from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from tests.command import run_command
from tests.runtime.cli.project import Project
from tests.runtime.cli.shop import CANARIES, POLICY

Json = Any

REPORT: Json = {
    "version": 1,
    "run": "20260301T120000Z-1a2b3c",
    "policy": "sha256:1234",
    "keys": ["p26"],
    "streams": {
        "customers": {
            "records": 1200,
            "fields": [
                {"path": "email", "class": "email", "technique": "Hmac", "masked": 1150, "null": 50},
                {"path": "name", "class": None, "technique": "Drop", "masked": 1200, "null": 0},
            ],
            "withheld": [{"path": "card", "why": "holds what its mask cannot take", "records": 3}],
            "detected": {"phone": 2},
            "unclassified": {"notes[*]": ["text"]},
        }
    },
}


def test_a_report_is_shown_as_tables(shop: Project) -> None:
    """Fields with their counts, and what was withheld, detected and not classified."""
    shop.write("report.json", REPORT)

    outcome = run_command("mask", "report", "report.json")
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in outcome.out.splitlines()]

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert "run 20260301T120000Z-1a2b3c, policy sha256:1234, keys: p26" in outcome.out
    assert "customers: 1,200 records" in outcome.out
    assert ["email", "email", "Hmac", "1,150", "50"] in rows
    assert ["name", "", "Drop", "1,200", "0"] in rows
    assert ["card", "holds what its mask cannot take", "3"] in rows
    assert ["phone", "2"] in rows
    assert ["notes[*]", "text"] in rows


def test_two_reports_give_what_changed(shop: Project) -> None:
    """A sentence for each change."""
    newer = deepcopy(REPORT)
    newer["policy"] = "sha256:5678"
    newer["streams"]["customers"]["fields"][0]["technique"] = "Keep"
    shop.write("old.json", REPORT)
    shop.write("new.json", newer)

    outcome = run_command("mask", "report", "old.json", "new.json")

    assert outcome.exit_code == 0
    assert outcome.out == ("the policy changed\nstream customers: `email`: technique Hmac is now Keep\n")
    assert run_command("mask", "report", "old.json", "old.json").out == "nothing changed\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({}, id="nothing in it"),
        pytest.param([1], id="a list"),
        pytest.param({**REPORT, "streams": {"customers": {}}}, id="a stream without counts"),
        pytest.param({**REPORT, "keys": None}, id="no keys"),
    ],
)
def test_what_is_no_report_is_told(shop: Project, content: Json) -> None:
    """By its name, with exit code 1, alone and beside another."""
    shop.write("report.json", REPORT)
    shop.write("other.json", content)

    for arguments in (("other.json",), ("report.json", "other.json")):
        outcome = run_command("mask", "report", *arguments)

        assert (outcome.exit_code, outcome.out) == (1, "")
        assert "other.json is not a masking report\n  hint: " in outcome.err


def test_the_report_of_a_run_holds_no_value(shop: Project) -> None:
    """Written by a sync, and shown."""
    shop.write("policy.yaml", f"{POLICY}report: report.json\n")

    synced = run_command(
        "sync", "manifest.yaml", "--config", "config.json", "--to", "w.duckdb", "--masking", "policy.yaml"
    )
    outcome = run_command("mask", "report", "report.json")

    assert (synced.exit_code, outcome.exit_code) == (0, 0)
    assert "customers: 30 records" in outcome.out
    assert not [canary for canary in CANARIES if canary in outcome.out + json.dumps(outcome.err)]


def test_a_report_is_needed(shop: Project) -> None:
    """Wrong usage has exit code 2; a file that is not there 1."""
    assert run_command("mask", "report").exit_code == 2
    assert run_command("mask", "report", "nothing.json").exit_code == 1
