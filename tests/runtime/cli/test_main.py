from __future__ import annotations

import subprocess

import pytest
from tests.command import PROCESS, run_command
from tests.runtime.cli.project import VERBS, Project

import penstock

ALL_VERBS = ("check", "discover", "docs", "explain", "lint", "mask", "read", "schema", "spec", "sync")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_lists_every_verb(option: str) -> None:
    """Each with what it does."""
    outcome = run_command(option)

    listed = [
        line.split()[0] for line in outcome.out.partition("Commands:\n")[2].splitlines() if line[:2] == "  "
    ]
    assert outcome.exit_code == 0
    assert [word for word in listed if word in ALL_VERBS] == list(ALL_VERBS)


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    """In a sentence, and with an example that can be copied."""
    outcome = run_command(verb, "--help")

    assert outcome.exit_code == 0
    assert f"Usage: penstock {verb}" in outcome.out
    assert f"penstock {verb}" in outcome.out.partition("Example")[2]


def test_the_version_is_printed() -> None:
    """On one line."""
    assert run_command("--version").out == f"penstock {penstock.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(("reed",), "No such command 'reed'", id="an unknown verb"),
        pytest.param(("main",), "No such command 'main'", id="a module that is no verb"),
        pytest.param(("read",), "Missing option '--config'", id="a missing option"),
        pytest.param(
            ("read", "--config", "c.json"), "Missing option '--catalog'", id="another missing option"
        ),
        pytest.param(("lint",), "Missing argument 'MANIFESTS...'", id="a missing argument"),
        pytest.param(("spec", "--manifest"), "No such option", id="an unknown option"),
        pytest.param(
            ("sync", "m.yaml", "--to", "w", "--mode", "merge"), "'merge' is not one of", id="an unknown mode"
        ),
    ],
)
def test_wrong_usage_has_exit_code_2(arguments: tuple[str, ...], problem: str) -> None:
    """And what was expected."""
    outcome = run_command(*arguments)

    assert (outcome.exit_code, outcome.out) == (2, "")
    assert problem in outcome.err


@pytest.mark.parametrize("verb", VERBS)
def test_a_process_speaks_as_the_verb_does(project: Project, verb: str) -> None:
    """From outside: exit code 0, and nothing on standard error but what a person is told."""
    process = subprocess.run([*PROCESS, verb, *VERBS[verb]], capture_output=True, text=True, check=False)

    assert process.returncode == 0
    assert "Traceback" not in process.stderr
    assert process.stdout == "" or verb != "lint"
    assert process.stderr == "" or verb in {"lint", "sync"}


def test_a_reader_that_goes_away_ends_the_process_in_silence(project: Project) -> None:
    """As in `penstock read … | head -1`: no traceback, and the exit code that shells give for a broken pipe."""
    process = subprocess.Popen(
        [*PROCESS, "read", *VERBS["read"]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()

    assert (process.wait(), told) == (141, "")
