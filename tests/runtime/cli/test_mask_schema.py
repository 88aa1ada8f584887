from __future__ import annotations

import json

import jsonschema
import yaml
from tests.command import run_command
from tests.runtime.cli.project import Project
from tests.runtime.cli.shop import POLICY


def test_schema_prints_the_json_schema_of_a_policy(shop: Project) -> None:
    """For editors: a policy that a run takes is valid, a drafted one too, and one with a misspelt word is not."""
    outcome = run_command("mask", "schema")
    drafted = run_command("mask", "init", "manifest.yaml").out
    schema = json.loads(outcome.out)

    validator = jsonschema.Draft7Validator(schema)

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert validator.is_valid(yaml.safe_load(POLICY))
    assert validator.is_valid(yaml.safe_load(drafted))
    assert not validator.is_valid(yaml.safe_load(POLICY.replace("unclassified", "unclasified")))


def test_the_schema_of_manifests_has_no_part_of_a_policy() -> None:
    """Nor the other way round."""
    policy, manifest = run_command("mask", "schema").out, run_command("schema").out

    assert "MaskingPolicy" not in manifest
    assert "DeclarativeSource" not in policy
    assert "FormatPreserving" in policy
    assert "FormatPreserving" in manifest


def test_the_group_lists_its_commands() -> None:
    """Each with what it does, and help of its own with an example."""
    listed = run_command("mask", "--help").out.partition("Commands:\n")[2]
    names = [line.split()[0] for line in listed.splitlines() if line[:2] == "  " and line[2] != " "]

    assert names == ["check", "init", "preview", "report", "reveal", "schema"]
    for name in names:
        helped = run_command("mask", name, "--help")

        assert helped.exit_code == 0
        assert f"penstock mask {name}" in helped.out.partition("Example")[2]
