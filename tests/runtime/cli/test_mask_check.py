from __future__ import annotations

import json
from typing import Any

import pytest
from tests.command import Outcome, run_command
from tests.runtime.cli.project import Project
from tests.runtime.cli.shop import CANARIES, MANIFEST, POLICY

from penstock.testing.fake_api import FakeApi

Json = Any


def check(*more: str) -> Outcome:
    return run_command("mask", "check", "manifest.yaml", "--masking", "policy.yaml", *more)


def test_a_policy_that_covers_all_fields_is_fine(
    shop: Project, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read, and neither config nor key is needed."""
    monkeypatch.delenv("MASKING_KEY")

    outcome = check()

    assert (outcome.exit_code, outcome.out, outcome.err) == (0, "", "0 errors, 0 warnings\n")
    assert api.requests == []


def test_a_field_that_nothing_covers_is_an_error(shop: Project) -> None:
    """With its stream, its path and types, and the place in the policy where its stream is spoken of."""
    shop.write("policy.yaml", POLICY.replace('      "contacts[*].phone": phone\n', ""))

    outcome = check()

    assert outcome.exit_code == 1
    assert (
        "policy.yaml:16:3: error[unclassified] stream customers: no rule and no class covers "
        "`contacts[*].phone` (string)" in outcome.err
    )
    assert "1 error, 0 warnings" in outcome.err


def test_a_class_of_the_schema_covers_a_field(shop: Project) -> None:
    """What `x-privacy` says counts; a rule of the manifest's own would as well."""
    shop.write(
        "manifest.yaml", MANIFEST.replace("{ type: [string, ", "{ x-privacy: {class: name}, type: [string, ")
    )
    shop.write("policy.yaml", POLICY.replace("      name: name\n", ""))

    assert check().exit_code == 0


def test_json_is_for_programs(shop: Project) -> None:
    """Each problem with its place, stream, path and types."""
    shop.write("policy.yaml", POLICY.replace("      name: name\n", ""))

    outcome = check("--format", "json")

    [problem] = json.loads(outcome.out)
    assert outcome.exit_code == 1
    assert (problem["rule"], problem["severity"]) == ("unclassified", "error")
    assert (problem["file"], problem["line"], problem["column"]) == ("policy.yaml", 16, 3)
    assert (problem["stream"], problem["path"], problem["types"]) == ("customers", "name", ["string", "null"])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "unclassified: fail", "unclasified: fail", "policy.yaml:2:1: error[unknown-field]", id="a word"
        ),
        pytest.param("name: name", "name: nam", "19:13: error[unknown-class] the policy has no class `nam`\n", id="a class"),
        pytest.param(
            "Hmac, key: people, domain: person", "Hmac, key: peple, domain: person",
            "6:50: error[unknown-key] the policy has no key `peple`\n", id="a key",
        ),
        pytest.param("keep_last: 2", "keep_last: two", "error[wrong-type]", id="a setting"),
        pytest.param("  customers:\n", "  customers:\n    unclassified: no\n", "error[", id="a choice"),
        pytest.param('"contacts[*].phone"', '"contacts[phone"', "error[invalid-setting]", id="a path"),
        pytest.param(
            "streams:", "floor: {never_in_clear: [public]}\nstreams:",
            "keeps in clear what its floor forbids: class `public`", id="a floor that is not held",
        ),
        pytest.param(
            "streams:", "floor: {never_in_clear: [shoe_size]}\nstreams:", "shoe_size", id="a floor of nothing"
        ),
        pytest.param(
            '      "**.email": email', '      "**.email": email\n      "*.phone": phone\n      "contacts.*": name',
            "error[contradiction] stream customers: two masks claim one field", id="equal right",
        ),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_told_with_its_place(shop: Project, old: str, new: str, problem: str) -> None:
    """All that is wrong with it, before anything could run."""
    assert old in POLICY
    changed = POLICY.replace(old, new, 1)
    if problem.startswith("error[contradiction]"):
        changed = changed.replace('      "contacts[*].phone": phone\n', "")
    shop.write("policy.yaml", changed)

    outcome = check()

    assert outcome.exit_code == 1
    assert problem in outcome.err


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "      note: free_text", "      note: free_text\n      nots: free_text",
            "28:7: warning[idle-rule] the path `nots` meets no field of a schema (streams `orders`)", id="a path",
        ),
        pytest.param(
            "  orders:\n", "  order: {fields: {id: public}}\n  orders:\n",
            "22:3: warning[unknown-stream] the manifest has no stream `order`", id="a stream",
        ),
        pytest.param(
            "at: public", "at: free_text",
            "26:7: warning[masked-cursor] stream orders: the cursor field `at` is masked", id="the cursor",
        ),
        pytest.param(
            "      id: customer\n", "      id: phone\n",
            "18:7: warning[blurred-key] stream customers: Partial on the primary key `id`", id="the primary key",
        ),
    ],
)  # fmt: skip
def test_what_may_not_be_meant_is_a_warning(shop: Project, old: str, new: str, problem: str) -> None:
    """The exit code stays 0."""
    assert old in POLICY
    shop.write("policy.yaml", POLICY.replace(old, new, 1))

    outcome = check()

    assert outcome.exit_code == 0
    assert problem in outcome.err
    assert "0 errors, 1 warning" in outcome.err


def test_a_masked_cursor_is_fine_where_states_are_sealed(shop: Project) -> None:
    """Then its clear value stands nowhere."""
    shop.write("policy.yaml", POLICY.replace("at: public", "at: free_text") + "state: {encrypt: people}\n")

    assert "0 warnings" in check().err


def test_a_schema_without_fields_is_told(shop: Project) -> None:
    """There is nothing to check it by."""
    shop.write("manifest.yaml", MANIFEST.replace("          note: { type: string }\n", "").replace(
        "properties:\n          id: { type: integer }\n          customer_id: { type: integer }\n"
        "          at: { type: string, format: date }\n", "properties: {}\n"))  # fmt: skip

    outcome = check()

    assert outcome.exit_code == 0
    assert "warning[no-fields] stream orders" in outcome.err


def test_the_policy_of_the_manifest_itself_is_checked(shop: Project) -> None:
    """Where no other is given; with neither there is nothing to check."""
    indented = "".join(f"    {line}\n" for line in POLICY.replace("      name: name\n", "").splitlines())
    without = run_command("mask", "check", "manifest.yaml")
    shop.write("manifest.yaml", f"{MANIFEST}metadata:\n  masking:\n{indented}")

    outcome = run_command("mask", "check", "manifest.yaml")

    assert (without.exit_code, without.err) == (
        1,
        "error: there is no masking policy\n  hint: give --masking FILE\n",
    )
    assert outcome.exit_code == 1
    assert "covers `name` (string or null)" in outcome.err


def test_the_policy_that_the_manifest_names_by_a_reference_is_checked(shop: Project) -> None:
    """It is what its runs obey."""
    indented = "".join(f"    {line}\n" for line in POLICY.replace("      name: name\n", "").splitlines())
    shop.write(
        "manifest.yaml",
        f"{MANIFEST}metadata: {{masking: '#/definitions/own'}}\ndefinitions:\n  own:\n{indented}",
    )

    outcome = run_command("mask", "check", "manifest.yaml")

    assert outcome.exit_code == 1
    assert "covers `name` (string or null)" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(("--config", "nothing.json"), "cannot read the config nothing.json", id="no config"),
        pytest.param(("--config", "policy.json"), "the config lacks `url`", id="a config that does not fit"),
        pytest.param(("--masking", "nothing.yaml"), "No such file", id="no policy"),
    ],
)
def test_what_cannot_be_checked_is_told(shop: Project, arguments: tuple[str, ...], problem: str) -> None:
    """With exit code 1."""
    shop.write("policy.json", {})

    outcome = check(*arguments)

    assert outcome.exit_code == 1
    assert problem in outcome.err


def test_a_check_with_a_config_tells_no_value(shop: Project) -> None:
    """The same, with the streams that only the API can tell."""
    shop.write("policy.yaml", POLICY.replace("      name: name\n", ""))

    outcome = check("--config", "config.json")

    assert outcome.exit_code == 1
    assert not [canary for canary in CANARIES if canary in outcome.out + outcome.err]


def test_wrong_usage_has_exit_code_2(shop: Project) -> None:
    """As everywhere."""
    assert run_command("mask", "check").exit_code == 2
    assert run_command("mask", "chek").exit_code == 2
