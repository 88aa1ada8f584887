from __future__ import annotations

from pathlib import Path

import pytest

from penstock.cli.console import counted, human_session
from penstock.diagnostics import Diagnostic, Span
from penstock.errors import ConfigError, ManifestError

DIAGNOSTIC = Diagnostic("rule", "is wrong", Span("m.yaml", 2, 4), hint="make it right")


def test_a_log_line_goes_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    """Redacted."""
    with human_session() as console:
        console.redactor.add("s3cret")
        console.log("WARN", "no s3cret")

    assert capfd.readouterr() == ("", "WARN  no ****\n")


def test_a_diagnostic_is_shown_in_its_line(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With a caret under its place."""
    (tmp_path / "m.yaml").write_text("a: 1\nb: 2\n")

    with human_session() as console:
        console.diagnostics([DIAGNOSTIC], tmp_path / "m.yaml")

    assert capfd.readouterr().err == (
        "m.yaml:2:4: error[rule] is wrong\n  2 | b: 2\n    |    ^\n  hint: make it right\n"
    )


@pytest.mark.parametrize("file", ["missing.yaml", "."])
def test_a_diagnostic_is_told_without_its_file_too(capfd: pytest.CaptureFixture[str], file: str) -> None:
    """The problem may be that there is none."""
    with human_session() as console:
        console.diagnostics([DIAGNOSTIC], Path(file))

    assert capfd.readouterr().err == "m.yaml:2:4: error[rule] is wrong\n  hint: make it right\n"


@pytest.mark.parametrize(
    ("error", "exit_code", "told"),
    [
        pytest.param(
            ConfigError("no token", hint="give one"), 1, "error: no token\n  hint: give one\n", id="ours"
        ),
        pytest.param(
            ManifestError([DIAGNOSTIC]),
            1,
            "m.yaml:2:4: error[rule] is wrong\n  hint: make it right\nm.yaml cannot be used: 1 error\n",
            id="of the manifest",
        ),
        pytest.param(
            KeyboardInterrupt(),
            130,
            "stopped\n",
            id="Ctrl-C",
        ),
        pytest.param(BrokenPipeError(), 141, "", id="a reader that went away"),
    ],
)
def test_an_error_is_told_to_a_person(
    capfd: pytest.CaptureFixture[str], error: BaseException, exit_code: int, told: str
) -> None:
    """On standard error, without a traceback."""
    with pytest.raises(SystemExit) as exit_, human_session():
        raise error

    assert exit_.value.code == exit_code
    assert capfd.readouterr() == ("", told)


def test_a_fault_of_ours_is_told_without_what_it_holds(capfd: pytest.CaptureFixture[str]) -> None:
    """Its kind and place, for a report: its text may be data."""
    with pytest.raises(SystemExit), human_session():
        raise ValueError("ada@example.test")

    told = capfd.readouterr().err
    assert told.startswith("error: an unexpected ValueError in ")
    assert "ada@example.test" not in told


@pytest.mark.parametrize(("number", "words"), [(0, "0 errors"), (1, "1 error"), (2, "2 errors")])
def test_a_number_has_its_noun(number: int, words: str) -> None:
    """In the right form."""
    assert counted(number, "error") == words
