"""Standard output that takes nothing: a full disk, or one that the caller closed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.command import PROCESS
from tests.runtime.cli.project import MANIFEST

FULL = "error: cannot write the output: No space left on device\n"
CLOSED = "error: cannot write the output: Bad file descriptor\n"


@pytest.mark.parametrize(
    ("verb", "redirected", "told"),
    [
        (["docs"], ">/dev/full", FULL),
        (["spec", "--manifest-path", "manifest.yaml"], ">/dev/full", FULL),
        (["--help"], ">/dev/full", FULL),
        (["docs"], ">&-", CLOSED),
        (["spec", "--manifest-path", "manifest.yaml"], ">&-", CLOSED),
    ],
    ids=["for people, full", "protocol, full", "help, full", "for people, closed", "protocol, closed"],
)
def test_output_that_cannot_be_written_is_told(
    tmp_path: Path, verb: list[str], redirected: str, told: str
) -> None:
    """In one line and with a failure: what is lost is not a success, and no traceback."""
    (tmp_path / "manifest.yaml").write_text(MANIFEST)

    done = subprocess.run(
        ["sh", "-c", f'"$@" {redirected}', "sh", *PROCESS, *verb],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode in (1, 120)  # 120 where Python finds at its end that it cannot write either
    assert done.stderr.startswith(told)
    assert "Traceback" not in done.stderr


def test_a_verb_that_writes_nothing_needs_no_output(tmp_path: Path) -> None:
    """Such as one that a scheduler starts without any."""
    (tmp_path / "manifest.yaml").write_text(MANIFEST)

    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *PROCESS, "lint", "manifest.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "0 errors" in done.stderr) == (0, True)
