"""Public manifests, read as the reference runtime was recorded to read them.

The records are not part of this repository: $PENSTOCK_COMPAT names their folder, a neighbour of the checkout by default.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPAT = Path(os.environ.get("PENSTOCK_COMPAT") or ROOT.parent / "shared/compat")
EXACT = frozenset((ROOT / "tests/conformance/exact.txt").read_text().split())
"""The connectors whose every stream was exact when this file was last written. It only grows."""


@pytest.mark.skipif(
    not (COMPAT / "compare.py").is_file(), reason="the recorded behaviour is not on this machine"
)
def test_what_was_exact_stays_exact(tmp_path: Path) -> None:
    """Same spec, check, catalog, requests, records, state, second incremental read and status: for every tenth."""
    tested = f"{sys.executable} {ROOT / 'tests/conformance/batch.py'}"
    command = [sys.executable, str(COMPAT / "compare.py"), "--cmd", tested, "--batch", "--class", "plain"]
    options = [
        "--sample",
        "0.1",
        "--jobs",
        "2",
        "--work",
        str(tmp_path / "work"),
        "--out",
        str(tmp_path / "out"),
    ]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL, timeout=600)

    compared = {found["name"]: found for found in json.loads((tmp_path / "out/report.json").read_text())}
    differences = {
        name: [name for name, stream in found["streams"].items() if stream["usable"] and not stream["exact"]]
        + [level for level, equal in found["levels"].items() if not equal]
        for name, found in compared.items()
        if name in EXACT
    }

    assert differences
    assert {name: found for name, found in differences.items() if found} == {}
