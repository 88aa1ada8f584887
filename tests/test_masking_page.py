"""The page about masking is true: its commands run, in its order, and what comes of them is masked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.command import PROCESS
from tests.warehouse import query

from penstock.plan.policy import load_policy
from penstock.testing.fake_api import FakeApi

PAGE = (Path(__file__).parents[1] / "docs/masking.md").read_text(encoding="utf-8")
[COMMANDS] = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
[POLICY] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

MANIFEST = """
version: 6.33.4
check: {stream_names: [contacts]}
spec:
  connection_specification:
    type: object
    required: [api_key, start_date]
    properties: {api_key: {type: string, airbyte_secret: true}, start_date: {type: string}}
streams:
  - name: contacts
    primary_key: id
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties:
          id: {type: integer}
          email: {type: string}
          attributes: {type: object, properties: {FIRSTNAME: {type: string}, SMS: {type: string}}}
          emailBlacklisted: {type: boolean}
          createdAt: {type: string, format: date-time}
    retriever:
      requester:
        url: "API/contacts"
        request_headers: {api-key: "{{ config['api_key'] }}"}
      record_selector: {extractor: {field_path: [contacts]}}
"""
"""Stands in for the public manifest, which a test does not fetch."""

EMAIL, NAME, PHONE = "wilhelmina.quartz@example.test", "Wilhelmina", "+1 212 555 0187"


def contact(number: int) -> dict[str, object]:
    return {
        "id": number,
        "email": EMAIL if number == 1 else f"contact.{number}@example.test",
        "attributes": {"FIRSTNAME": NAME, "SMS": PHONE},
        "emailBlacklisted": False,
        "createdAt": "2026-01-02T03:04:05Z",
    }


def test_the_commands_lead_to_a_masked_table(api: FakeApi, tmp_path: Path) -> None:
    """As a new user would run them, in one shell."""
    api.on("/contacts", {"contacts": [contact(number) for number in range(1, 21)]})
    (tmp_path / "manifest.yaml").write_text(MANIFEST.replace("API", api.url))
    own = COMMANDS.replace("…", "an-api-key")
    steps = "\n".join(line for line in own.splitlines() if not line.startswith("curl "))

    done = subprocess.run(
        ["sh", "-e", "-c", steps],
        cwd=tmp_path,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "NO_PROXY": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    rows = query(
        tmp_path / "warehouse.duckdb", "SELECT id, email, attributes::VARCHAR FROM contacts ORDER BY id"
    )
    [report] = (tmp_path / "reports").glob("*.json")
    told = {
        field["path"]: field["masked"]
        for field in json.loads(report.read_text())["streams"]["contacts"]["fields"]
    }
    left = f"{rows}{done.stdout}{done.stderr}{report.read_text()}{(tmp_path / 'policy.yaml').read_text()}"
    assert len(rows) == len({email for _, email, _ in rows}) == 20
    assert told["email"] == 20
    assert not [value for value in (EMAIL, NAME, PHONE, "555 0187") if value in left]


def test_the_policy_that_is_shown_reads(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY)

    assert load_policy(tmp_path / "policy.yaml").declared.unclassified == "fail"


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"penstock (mask \w+)", PAGE))))
def test_every_verb_is_there(verb: str) -> None:
    """The page names no command that is gone."""
    command = [*PROCESS, *verb.split(), "--help"]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
