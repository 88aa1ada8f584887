from __future__ import annotations

from tests.command import run_command

from penstock.registry import all_components


def test_docs_prints_the_reference_of_every_component() -> None:
    """As Markdown."""
    outcome = run_command("docs")

    assert (outcome.exit_code, outcome.err) == (0, "")
    assert [name for name in all_components() if name not in outcome.out] == []


def test_docs_of_some_components_are_theirs_alone() -> None:
    """Those that were named."""
    outcome = run_command("docs", "Hmac")

    assert "Hmac" in outcome.out
    assert "CursorPagination" not in outcome.out


def test_a_component_that_is_not_there_is_told() -> None:
    """With the name that was probably meant."""
    outcome = run_command("docs", "CursorPaginator")

    assert outcome.exit_code == 1
    assert (
        outcome.err
        == "error: there is no component `CursorPaginator`\n  hint: did you mean `CursorPagination`?\n"
    )
