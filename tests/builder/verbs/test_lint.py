from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.command import run_command
from tests.runtime.cli.project import MANIFEST, Project

from penstock_builder.lint import all_ids, all_rules

GOOD = MANIFEST.replace("{ id: { type: integer } }", "{ id: { type: integer }, at: { type: string } }")


@pytest.mark.parametrize(
    ("manifest", "exit_code", "told"),
    [
        pytest.param(GOOD, 0, "0 errors, 0 warnings", id="no problem"),
        pytest.param(MANIFEST, 0, "0 errors, 1 warning", id="a warning stops nothing"),
        pytest.param(
            GOOD.replace("stream_names", "stream_nams"), 1, "1 error, 1 warning", id="an error does"
        ),
    ],
)
def test_the_exit_code_tells_whether_the_manifest_can_run(
    project: Project, manifest: str, exit_code: int, told: str
) -> None:
    """All that is told to a person goes to standard error."""
    project.write("manifest.yaml", manifest)

    outcome = project.run("lint")

    assert (outcome.exit_code, outcome.out) == (exit_code, "")
    assert outcome.err.endswith(f"{told}\n")


def test_strict_lets_a_warning_fail(project: Project) -> None:
    """For those who want none."""
    assert project.run("lint", "--strict").exit_code == 1
    assert project.run("lint", "--strict", "--ignore", "not-in-schema").exit_code == 0


def test_several_manifests_are_looked_at_together(project: Project) -> None:
    """One that cannot run does not hide the next one; each problem names its file."""
    project.write("second.yaml", GOOD.replace("stream_names", "stream_nams"))

    outcome = run_command("lint", "nothing.yaml", "second.yaml", "manifest.yaml")

    assert outcome.exit_code == 1
    assert "nothing.yaml:1:1: error[unreadable]" in outcome.err
    assert "second.yaml:3:8: error[" in outcome.err
    assert outcome.err.endswith("2 errors, 2 warnings\n")


@pytest.mark.parametrize("format_", ["json", "sarif"])
def test_other_programs_read_standard_output(project: Project, format_: str) -> None:
    """Notes among it; a person still sees the sum."""
    outcome = project.run("lint", "--format", format_)

    assert json.loads(outcome.out)
    assert outcome.err.endswith("0 errors, 1 warning\n")


def test_rules_are_chosen_by_name(project: Project) -> None:
    """Several may be given, apart or with commas."""
    selected = project.run("lint", "--select", "insecure-url,not-in-schema").err
    ignored = project.run("lint", "--ignore", "not-in-schema").err

    assert "[not-in-schema]" in selected
    assert "[not-in-schema]" not in ignored


def test_a_rule_that_there_is_not_is_told(project: Project) -> None:
    """With the one that was probably meant."""
    outcome = project.run("lint", "--select", "not-in-scheme")

    assert outcome.exit_code == 1
    assert outcome.err == "error: there is no rule `not-in-scheme`\n  hint: did you mean `not-in-schema`?\n"


def test_fix_changes_the_file(project: Project) -> None:
    """And says how often; what it left is told as ever."""
    project.write("manifest.yaml", GOOD.replace("primary_key", "primary_kye"))

    outcome = project.run("lint", "--fix")

    assert outcome.exit_code == 0
    assert outcome.err.endswith("1 fix made, 0 errors, 0 warnings\n")
    assert Path("manifest.yaml").read_text() == GOOD


def test_the_rules_are_listed() -> None:
    """Each with a sentence."""
    outcome = run_command("lint", "--rules")

    assert outcome.exit_code == 0
    assert [line.split()[0] for line in outcome.out.splitlines()] == all_ids()


@pytest.mark.parametrize("rule", all_ids())
def test_a_rule_is_explained(rule: str) -> None:
    """Its examples included."""
    outcome = run_command("lint", "--explain-rule", rule)

    assert outcome.exit_code == 0
    assert outcome.out.startswith(rule)
    assert ("# <-" in outcome.out) == (rule in all_rules())
