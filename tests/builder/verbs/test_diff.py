from __future__ import annotations

import json

from tests.command import run_command
from tests.runtime.cli.project import MANIFEST, Project


def test_another_meaning_is_told(project: Project) -> None:
    """By stream, with the places in both files and the version to give."""
    project.write("new.yaml", MANIFEST.replace("cursor_field: at", "cursor_field: changed"))

    outcome = run_command("diff", "manifest.yaml", "new.yaml")

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert "stream orders\n" in outcome.out
    assert "the state RESETS" in outcome.out
    assert "manifest.yaml:35:21 → new.yaml:35:21" in outcome.out
    assert "version: major\n" in outcome.out


def test_the_same_meaning_is_told(project: Project) -> None:
    """Whatever the text looks like."""
    project.write("new.yaml", "# a comment\n" + MANIFEST)

    outcome = run_command("diff", "--exit-code", "manifest.yaml", "new.yaml")

    assert (outcome.exit_code, outcome.out, outcome.err) == (0, "same meaning\n", "")


def test_the_exit_code_tells_of_breaking_changes_where_it_is_asked_to(project: Project) -> None:
    """An addition breaks nothing."""
    project.write("major.yaml", MANIFEST.replace("primary_key: id", "primary_key: at"))
    project.write(
        "minor.yaml", MANIFEST.replace("id: { type: integer }", "id: { type: integer }, x: { type: integer }")
    )

    codes = [
        run_command("diff", "--exit-code", "manifest.yaml", name).exit_code
        for name in ("major.yaml", "minor.yaml")
    ]

    assert codes == [1, 0]


def test_programs_and_pull_requests_get_their_own_form(project: Project) -> None:
    """The same changes."""
    project.write("new.yaml", MANIFEST.replace("primary_key: id", "primary_key: at"))

    found = json.loads(run_command("diff", "--json", "manifest.yaml", "new.yaml").out)
    page = run_command("diff", "--markdown", "manifest.yaml", "new.yaml").out

    assert found["breaking"] is True
    assert found["version"]["bump"] == "major"
    assert [(c["kind"], c["stream"], c["new"]["file"]) for c in found["changes"]] == [
        ("schema", "orders", "new.yaml")
    ]
    assert page.startswith(
        "**Version: major**\n\n### stream orders\n\n- schema: **breaking:** the primary key"
    )


def test_only_one_form_is_given(project: Project) -> None:
    """JSON or Markdown."""
    assert run_command("diff", "--json", "--markdown", "manifest.yaml", "manifest.yaml").exit_code == 2


def test_a_manifest_that_cannot_be_read_is_told(project: Project) -> None:
    """With its problems, and nothing is compared."""
    project.write("new.yaml", "a: {$ref: '#/nowhere'}")

    outcome = run_command("diff", "manifest.yaml", "new.yaml")

    assert (outcome.exit_code, outcome.out) == (1, "")
    assert "error[undefined-reference]" in outcome.err
