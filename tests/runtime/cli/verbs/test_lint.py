from __future__ import annotations

import pytest
from tests.command import run_command
from tests.runtime.cli.project import MANIFEST, Project


@pytest.mark.parametrize(
    ("manifest", "exit_code", "told"),
    [
        pytest.param(MANIFEST, 0, "0 errors, 0 warnings\n", id="no problem"),
        pytest.param(
            MANIFEST.replace("[orders] }", "[orders], note: 1 }"),
            0,
            "0 errors, 1 warning\n",
            id="a warning stops nothing",
        ),
        pytest.param(
            MANIFEST.replace("stream_names", "stream_nams"), 1, "1 error, 1 warning\n", id="an error does"
        ),
    ],
)
def test_the_exit_code_tells_whether_the_manifest_can_run(
    project: Project, manifest: str, exit_code: int, told: str
) -> None:
    """All that is told goes to standard error."""
    project.write("manifest.yaml", manifest)

    outcome = project.run("lint")

    assert (outcome.exit_code, outcome.out) == (exit_code, "")
    assert outcome.err.endswith(told)


def test_several_manifests_are_looked_at_together(project: Project) -> None:
    """One that cannot run does not hide the next one; each problem names its file."""
    project.write("second.yaml", MANIFEST.replace("stream_names", "stream_nams"))

    outcome = run_command("lint", "nothing.yaml", "second.yaml", "manifest.yaml")

    assert outcome.exit_code == 1
    assert "nothing.yaml:1:1: error[unreadable]" in outcome.err
    assert "second.yaml:3:8: error[" in outcome.err
    assert outcome.err.endswith("2 errors, 1 warning\n")
