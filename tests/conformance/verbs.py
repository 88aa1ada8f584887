"""What `check` and `discover` say, read off the messages of a differential run."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conformance.differential import Both, Result

from penstock.testing.fake_api import FakeApi

Json = Any


def run_both(
    both: Both, api: FakeApi, manifest: str, verb: str, config: Mapping[str, Json], folder: Path
) -> tuple[Result, Result]:
    """What airbyte-cdk and Penstock make of `check` or `discover`; `URL` stands for the server's."""
    file = folder / "config.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    text = textwrap.dedent(manifest).replace("URL", api.url)
    return both.run(api, text, verb, ["--config", str(file)])


def catalog(result: Result) -> Json:
    """The streams of the catalog; None where there is none."""
    found = [m["catalog"]["streams"] for m in result.messages if m["type"] == "CATALOG"]
    return found[0] if found else None


def status(result: Result) -> str | None:
    """SUCCEEDED or FAILED; None where the check did not come so far."""
    found = [m["connectionStatus"]["status"] for m in result.messages if m["type"] == "CONNECTION_STATUS"]
    return found[0] if found else None


def saved_configs(result: Result) -> list[Json]:
    """The configs that the run told the platform to save."""
    return [m["control"]["connectorConfig"]["config"] for m in result.messages if m["type"] == "CONTROL"]
