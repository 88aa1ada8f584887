from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from tests.command import PROCESS, Outcome, run_command
from tests.runtime.cli.project import Project
from tests.runtime.cli.shop import CANARIES, EMAIL, KEY

Json = Any

POLICY = """\
keys:
  people: {ref: env:MASKING_KEY, id: p26}
classes:
  email: {mask: {type: Encrypt, key: people, domain: person}}
  card: {mask: {type: FormatPreserving, key: people, domain: card, keep_last: 4}}
  name: {mask: redact}
  customer: {mask: {type: Hmac, key: people, domain: customer}}
streams:
  customers:
    fields:
      id: customer
      name: name
      email: email
      "contacts[*].phone": card
      extra: {class: email}
"""


@pytest.fixture
def masked(shop: Project) -> list[Json]:
    """The customers as a read under the policy gives them."""
    shop.write("policy.yaml", POLICY)
    shop.write("catalog.json", {"streams": [{"stream": {"name": "customers"}}]})
    outcome = run_command(
        "read", "--manifest-path", "manifest.yaml", "--config", "config.json", "--catalog", "catalog.json",
        "--masking", "policy.yaml",
    )  # fmt: skip
    return [record["data"] for record in outcome.of_type("RECORD")]


def reveal(shop: Project, lines: list[Json], *more: str) -> Outcome:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    shop.write("masked.txt", text)
    return run_command("mask", "reveal", "policy.yaml", "masked.txt", *more)


def line(path: str, value: Json, stream: str = "customers") -> Json:
    return {"stream": stream, "path": path, "value": value}


def test_values_are_given_back(shop: Project, masked: list[Json]) -> None:
    """Each line with its value in clear, numbers as numbers; null stays null, and empty text empty."""
    person = masked[0]

    outcome = reveal(
        shop,
        [
            line("email", person["email"]),
            line("contacts[*].phone", person["contacts"][0]["phone"]),
            line("extra.referred_by", person["extra"]["referred_by"]),
            line("email", None),
            line("email", ""),
        ],
    )

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert EMAIL not in json.dumps(person)
    assert [message["value"] for message in outcome.messages] == [EMAIL, "+1 212 555 0187", EMAIL, None, ""]


def test_bare_values_of_a_class_are_given_back(shop: Project, masked: list[Json]) -> None:
    """One a line; empty lines are passed over."""
    outcome = reveal(shop, [masked[0]["email"], "", masked[1]["email"]], "--class", "email")

    assert (outcome.exit_code, outcome.out) == (0, f"{EMAIL}\n{EMAIL}\n")


def test_values_of_an_older_key_are_given_back(
    shop: Project, masked: list[Json], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it is named in the policy."""
    monkeypatch.setenv("NEW_KEY", KEY[::-1])
    older = "{ref: env:NEW_KEY, id: p27, previous: [{id: p26, ref: env:MASKING_KEY, until: 9999-12-31}]}"
    shop.write("policy.yaml", POLICY.replace("{ref: env:MASKING_KEY, id: p26}", older))
    phone = masked[0]["contacts"][0]["phone"]

    outcome = reveal(shop, [line("email", masked[0]["email"]), line("contacts[*].phone__p26", phone)])

    assert outcome.exit_code == 0
    assert [message["value"] for message in outcome.messages] == [EMAIL, "+1 212 555 0187"]


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        pytest.param(
            "id",
            "error: the field `id` of stream customers is masked with Hmac, which nobody can reverse\n"
            "  hint: only Encrypt and FormatPreserving can be reversed\n",
            id="Hmac",
        ),
        pytest.param("name", "is masked with Redact, which nobody can reverse", id="Redact"),
        pytest.param("nothing", "no rule of the policy is for the field `nothing`", id="no rule"),
    ],
)
def test_what_cannot_be_reversed_is_refused(
    shop: Project, masked: list[Json], path: str, problem: str
) -> None:
    """With the technique, and what to do."""
    outcome = reveal(shop, [line(path, CANARIES[0])])

    assert (outcome.exit_code, outcome.out) == (1, "")
    assert problem in outcome.err
    assert not [canary for canary in CANARIES if canary in outcome.err]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(line("email", CANARIES[0]), "line 1: was not encrypted with", id="a clear value"),
        pytest.param(line("email", "p26_AAAA"), "line 1: was not encrypted with", id="another's value"),
        pytest.param(line("contacts[*].phone", "12"), "line 1: too short", id="too short a value"),
        pytest.param(line("email[", CANARIES[0]), "line 1: a line is an object", id="no path"),
        pytest.param(f"{{{CANARIES[0]}", "line 1: a line is an object", id="no JSON"),
        pytest.param({"value": CANARIES[0]}, "line 1: a line is an object", id="no stream"),
        pytest.param([CANARIES[0]], "line 1: a line is an object", id="a list"),
    ],
)
def test_a_line_that_cannot_be_revealed_is_told(
    shop: Project, masked: list[Json], given: Json, problem: str
) -> None:
    """By its number and without its value; the others are given, and the exit code is 1."""
    outcome = reveal(shop, [given, line("email", masked[0]["email"])])

    assert outcome.exit_code == 1
    assert problem in outcome.err
    assert not [canary for canary in CANARIES if canary in outcome.err]
    assert [message["value"] for message in outcome.messages] == [EMAIL]


def test_a_wrong_key_reveals_nothing(
    shop: Project, masked: list[Json], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encrypt is authenticated."""
    monkeypatch.setenv("MASKING_KEY", KEY[::-1])

    outcome = reveal(shop, [line("email", masked[0]["email"])])

    assert (outcome.exit_code, outcome.out) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(("--class", "mail"), "the policy has no class `mail`", id="a class that is not there"),
        pytest.param(
            ("--class", "name"), "the class `name` is masked with Redact", id="a class of no return"
        ),
    ],
)
def test_a_class_must_be_reversible(shop: Project, arguments: tuple[str, ...], problem: str) -> None:
    """Told before a line is read."""
    shop.write("policy.yaml", POLICY)

    outcome = reveal(shop, [CANARIES[0]], *arguments)

    assert (outcome.exit_code, outcome.out) == (1, "")
    assert problem in outcome.err


def test_a_key_is_needed(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the policy."""
    shop.write("policy.yaml", POLICY)
    monkeypatch.delenv("MASKING_KEY")

    outcome = reveal(shop, [], "--class", "email")

    assert outcome.exit_code == 1
    assert "the masking key env:MASKING_KEY is not set" in outcome.err


def test_lines_may_come_by_standard_input(shop: Project, masked: list[Json]) -> None:
    """And need not be UTF-8; a line that is not is no masked value."""
    process = subprocess.run(
        [*PROCESS, "mask", "reveal", "policy.yaml", "--class", "email"],
        input=f"{masked[0]['email']}\n".encode() + b"\xff\n",
        capture_output=True,
        check=False,
    )

    assert (process.returncode, process.stdout) == (1, f"{EMAIL}\n".encode())
    assert process.stderr.startswith(b"line 2: was not encrypted")


def test_wrong_usage_has_exit_code_2(shop: Project) -> None:
    """No policy, or a file that is not there."""
    assert run_command("mask", "reveal").exit_code == 2
    assert run_command("mask", "reveal", "policy.yaml", "nothing.jsonl").exit_code == 2
