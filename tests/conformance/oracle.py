"""Runs jobs under airbyte-cdk, one a line on standard input: for the environment that has it, not for ours.

A job names a verb and the files for it; the answer is one line: the messages that were printed, and whether it failed.
Waits are cut short.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
import types
from pathlib import Path
from typing import Any

from airbyte_cdk.cli.source_declarative_manifest import _run
from airbyte_cdk.entrypoint import AirbyteEntrypoint
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource

NAP = time.sleep


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Run one job."""
    arguments = [job["verb"], *job["arguments"]]
    printed = io.StringIO()
    lines: list[str] = []
    failed = False
    _load(job.get("components"))
    with contextlib.redirect_stdout(printed):
        try:
            parsed = AirbyteEntrypoint.parse_args(arguments)
            config, catalog, state = _run._parse_inputs_into_config_catalog_state(parsed)
            source = YamlDeclarativeSource(
                path_to_yaml=job["manifest"], catalog=catalog, config=config, state=state
            )
            lines.extend(AirbyteEntrypoint(source).run(parsed))
        except BaseException as error:  # noqa: BLE001 - whatever happens is the answer
            failed = True
            lines.append(
                json.dumps({"type": "TRACE", "trace": {"type": "ERROR", "error": {"message": repr(error)}}})
            )
    # `splitlines` breaks at U+2028 too, which a record may hold
    text = "\n".join([printed.getvalue(), *lines]).split("\n")
    return {"failed": failed, "messages": [json.loads(line) for line in text if line.startswith("{")]}


def _load(components: str | None) -> None:
    """Put a components.py under the names that manifests call it by."""
    for name in ("components", "source_declarative_manifest.components"):
        sys.modules.pop(name, None)
    if components:
        module = types.ModuleType("components")
        sys.modules["components"] = sys.modules["source_declarative_manifest.components"] = module
        exec(compile(Path(components).read_text(), components, "exec"), module.__dict__)


def main() -> None:
    """Serve jobs until standard input ends."""
    time.sleep = lambda seconds: NAP(min(float(seconds), 0.005))
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what jobs print on their own is no answer
        for line in sys.stdin:
            answers.write(json.dumps(run(json.loads(line))) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
