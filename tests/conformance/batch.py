"""Speaks the batch protocol of the differential check: one job a line on standard input, its messages on standard output.

    python compare.py --cmd "python tests/conformance/batch.py" --batch

Each job runs a verb of the command line as a user would, in this process.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Mapping

from penstock.cli.main import penstock

OPTIONS: Mapping[str, str] = {
    "manifest_path": "--manifest-path",
    "config_path": "--config",
    "catalog_path": "--catalog",
    "state_path": "--state",
    "components_path": "--components-path",
}


def run(job: Mapping[str, object]) -> int:
    """Run one job; gives its exit code."""
    if job.get("cwd"):
        os.chdir(str(job["cwd"]))
    arguments = [str(job["command"])]
    for key, option in OPTIONS.items():
        if job.get(key):
            arguments += [option, str(job[key])]
    try:
        penstock.main(args=arguments, prog_name="penstock", standalone_mode=False)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


def main() -> None:
    """Serve jobs until standard input ends."""
    gc.set_threshold(20_000, 20, 20)
    for line in sys.stdin:
        job = json.loads(line)
        end = {"type": "BATCH_END", "id": job["id"], "exit_code": run(job)}
        os.write(1, json.dumps(end, separators=(",", ":")).encode() + b"\n")


if __name__ == "__main__":
    if sys.argv[1:] != ["batch"]:
        raise SystemExit("usage: batch.py batch")
    main()
