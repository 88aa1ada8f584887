from __future__ import annotations

from tests.runtime.cli.project import Project


def test_spec_prints_what_the_user_configures(project: Project) -> None:
    """One SPEC message, and nothing else."""
    outcome = project.run("spec")

    assert (outcome.exit_code, outcome.err) == (0, "")
    (message,) = outcome.messages
    assert message["spec"]["documentationUrl"] == "https://example.test/docs"
    assert message["spec"]["connectionSpecification"]["required"] == ["url"]


def test_a_manifest_without_a_spec_is_an_error(project: Project) -> None:
    """The message tells what to add."""
    project.change("spec:\n  type: Spec", "metadata:\n  type: Spec")

    outcome = project.run("spec")

    assert outcome.exit_code == 1
    assert outcome.of_type("TRACE")[0]["error"] == {
        "message": "the manifest has no `spec`",
        "internal_message": "add one, with a `connection_specification`",
        "failure_type": "config_error",
    }
