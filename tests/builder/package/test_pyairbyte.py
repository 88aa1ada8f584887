"""PyAirbyte, as it is published, runs an installed wheel into a cache of its own.

$PENSTOCK_PYAIRBYTE names the Python that has it; `make test REQUIRE_ALL=1` makes one in `.venv/pyairbyte`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.builder.package.conftest import CATALOG, Install
from tests.conftest import missing

from penstock.testing.fake_api import Answer, FakeApi, Received
from penstock_builder.package.build import Package

Json = Any
CLIENT = Path(__file__).with_name("pyairbyte_client.py")
FIRST_DAY = date(2026, 1, 1)


@pytest.fixture(scope="session")
def pyairbyte() -> str:
    """The Python that has PyAirbyte."""
    ours = Path(sys.prefix) / "pyairbyte/bin/python"
    python = os.environ.get("PENSTOCK_PYAIRBYTE") or (str(ours) if ours.is_file() else None)
    if python is None:
        missing("PyAirbyte")
    return str(python)


@pytest.fixture
def connector(wheel: Package, install: Install, api: FakeApi, tmp_path: Path) -> Path:
    """The command of an installed wheel, with config and catalog beside it."""
    (tmp_path / "config.json").write_text(json.dumps({"url": api.url}))
    (tmp_path / "catalog.json").write_text(json.dumps(CATALOG))
    return install(wheel) / "source-orders"


def orders_up_to(count: int) -> Callable[[Received], Json]:
    """An API with orders 1 to `count`, one a day, oldest first; it heeds `since`, `offset` and `limit`."""
    orders = [
        {"id": n, "email": f"{n}@example.test", "updated_at": str(FIRST_DAY + timedelta(days=n))}
        for n in range(1, count + 1)
    ]

    def answer(request: Received) -> Json:
        wanted = [order for order in orders if str(order["updated_at"]) >= request.params["since"]]
        offset = int(request.params.get("offset", 0))
        return {"orders": wanted[offset : offset + int(request.params["limit"])]}

    return answer


def said(command: Path, *words: str, folder: Path) -> list[str]:
    """The lines that a command writes on standard output."""
    done = subprocess.run([command, *words], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def run(python: str, *words: str | Path, given: str = "") -> Json:
    quiet = {"DO_NOT_TRACK": "1", "AIRBYTE_OFFLINE_MODE": "1", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [python, "-W", "ignore", CLIENT, *words],
        input=given,
        env={**os.environ, **quiet},
        cwd=CLIENT.parent if not words[1:] else Path(words[-1]).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_pyairbyte_syncs_all_pages_and_then_only_what_is_new(
    pyairbyte: str, connector: Path, api: FakeApi, tmp_path: Path
) -> None:
    """A first sync of three pages; a second one begins where the state says, and upserts by the primary key."""
    cache = tmp_path / "cache.duckdb"

    api.on("/orders", orders_up_to(95))
    first = run(pyairbyte, "sync", connector, tmp_path / "config.json", cache)
    asked = len(api.requests)
    api.on("/orders", orders_up_to(105))
    second = run(pyairbyte, "sync", connector, tmp_path / "config.json", cache)

    assert first["streams"] == ["orders"]
    assert first["columns"] == ["email", "id", "updated_at"]
    assert (first["read"], first["rows"], first["ids"]) == (95, 95, list(range(1, 96)))
    assert {"0", "40", "80"} >= {request.params.get("offset", "0") for request in api.requests[:asked]}
    assert (second["read"], second["rows"], second["ids"]) == (11, 105, list(range(1, 106)))
    since = {request.params["since"] for request in api.requests[asked:]} - {"2026-01-01"}
    assert since == {str(FIRST_DAY + timedelta(days=95))}


def test_every_message_is_one_of_the_protocol(
    pyairbyte: str, connector: Path, api: FakeApi, tmp_path: Path
) -> None:
    """To two implementations of its models; in success, and in failure."""
    api.on("/orders", orders_up_to(95))
    config = ("--config", "config.json")
    told = {}
    for name, words in {
        "spec": ["spec"],
        "check": ["check", *config],
        "discover": ["discover", *config],
        "read": ["read", *config, "--catalog", "catalog.json"],
        "failed": ["discover", "--config", "nowhere.json"],
    }.items():
        told[name] = said(connector, *words, folder=tmp_path)
    api.on("/orders", Answer({}, 401))
    told["refused"] = said(connector, "check", *config, folder=tmp_path)
    told["broken"] = said(connector, "read", *config, "--catalog", "catalog.json", folder=tmp_path)

    seen = run(pyairbyte, "validate", given=json.dumps(told))

    assert seen["spec"] == ["SPEC"]
    assert "CONNECTION_STATUS" in seen["check"]
    assert "CATALOG" in seen["discover"]
    assert seen["read"].count("RECORD") == 95
    assert {"STATE", "TRACE"} <= set(seen["read"])
    assert "CONNECTION_STATUS" in seen["refused"]
    assert seen["failed"] == ["TRACE"]
    assert "TRACE" in seen["broken"]
