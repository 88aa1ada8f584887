from __future__ import annotations

import json

import pytest

from penstock.cli.protocol import session
from penstock.diagnostics import Diagnostic, Span
from penstock.errors import ConfigError, PenstockError, RequestError


def printed(capfdbinary: pytest.CaptureFixture[bytes]) -> list[dict[str, object]]:
    """The messages on standard output; nothing is on standard error."""
    out, err = capfdbinary.readouterr()
    assert err == b""
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(
            ConfigError("no token", hint="give one"),
            {"message": "no token", "internal_message": "give one", "failure_type": "config_error"},
            id="an error of the user",
        ),
        pytest.param(
            RequestError("no answer", failure_type="transient_error"),
            {"message": "no answer", "failure_type": "transient_error"},
            id="an error of the moment",
        ),
    ],
)
def test_an_error_becomes_a_message(
    capfdbinary: pytest.CaptureFixture[bytes], error: PenstockError, told: object
) -> None:
    """TRACE, and the exit code is 1."""
    with pytest.raises(SystemExit) as exit_, session():
        raise error

    (message,) = printed(capfdbinary)
    trace = message["trace"]
    assert exit_.value.code == 1
    assert isinstance(trace, dict)
    assert trace["error"] == told


def test_a_fault_of_ours_is_told_without_what_it_holds(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Its kind and place, for a report: its text may be data."""
    with pytest.raises(SystemExit) as exit_, session():
        raise ValueError("ada@example.test")

    (message,) = printed(capfdbinary)
    assert exit_.value.code == 1
    assert "an unexpected ValueError in " in json.dumps(message)
    assert "ada@example.test" not in json.dumps(message)


@pytest.mark.parametrize(
    ("interruption", "exit_code"),
    [
        pytest.param(KeyboardInterrupt(), 130, id="Ctrl-C"),
        pytest.param(BrokenPipeError(), 141, id="a reader that went away"),
    ],
)
def test_an_interruption_is_an_exit_code(
    capfdbinary: pytest.CaptureFixture[bytes], interruption: BaseException, exit_code: int
) -> None:
    """As shells have them; nobody is there to read a message."""
    with pytest.raises(SystemExit) as exit_, session():
        raise interruption

    assert exit_.value.code == exit_code
    assert printed(capfdbinary) == []


def test_only_the_first_warnings_are_logged(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A manifest with many of them has `penstock lint` to show them."""
    warnings = tuple(
        Diagnostic("rule", f"warning {i}", Span("m.yaml", i, 1), severity="warning") for i in range(1, 9)
    )

    with session() as current:
        current.warn(warnings)

    told = [str(message["log"]) for message in printed(capfdbinary)]
    assert len(told) == 6
    assert "m.yaml:5:1: warning[rule] warning 5" in told[4]
    assert "3 more warnings; `penstock lint` shows them all" in told[5]
