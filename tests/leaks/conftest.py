from __future__ import annotations

import json
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
from tests.command import run_command
from tests.leaks.policies import POLICY_FILE, public_source

import penstock
from penstock.destinations.memory import MemoryDestination
from penstock.testing.canary import MASKING_KEY, CanarySource, Leave, canary_source
from penstock.testing.fake_api import FakeApi

CATALOG_AND_STATE = ("--catalog", "catalog.json", "--state", "state.json")
VERBS: Mapping[str, tuple[str, ...]] = {
    "lint": ("lint", "manifest.yaml"),
    "explain": (
        "explain",
        "manifest.yaml",
        "--stream",
        "people",
        "--config",
        "config.json",
        "--state",
        "state.json",
    ),
    "spec": ("spec", "--manifest-path", "manifest.yaml"),
    "check": ("check", "--manifest-path", "manifest.yaml", "--config", "config.json"),
    "discover": ("discover", "--manifest-path", "manifest.yaml", "--config", "config.json"),
    "read": ("read", "--manifest-path", "manifest.yaml", "--config", "config.json", *CATALOG_AND_STATE),
    "sync": ("sync", "manifest.yaml", "--config", "config.json", "--to", "out/warehouse.duckdb"),
}


POLICED = frozenset({"check", "discover", "read", "sync"})
"""The verbs that take a masking policy."""


@pytest.fixture
def source(api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CanarySource:
    """The canaries' source, in the working directory, with a catalog of its streams and an empty state."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PENSTOCK_MASKING_KEY", MASKING_KEY)
    (tmp_path / "out").mkdir()
    (tmp_path / "state.json").write_text("[]")
    streams = [{"stream": {"name": name}} for name in ("people", "orders", "visits", "accounts")]
    (tmp_path / "catalog.json").write_text(json.dumps({"streams": streams}))
    return canary_source(api, tmp_path)


@pytest.fixture
def public(source: CanarySource, api: FakeApi) -> CanarySource:
    """The same source as others publish it, without masks, and with a policy beside it that has them all."""
    streams = [{"stream": {"name": name}} for name in ("people", "orders", "visits", "accounts", "calls")]
    (source.folder / "catalog.json").write_text(json.dumps({"streams": streams}))
    return public_source(source, api)


@pytest.fixture
def everything_that_leaves() -> Leave:
    """Gives what leaves the process by each exit when a source is read in every way there is.

    Where a masking policy lies beside the manifest, every verb that takes one is given it.
    """

    def leave(source: CanarySource) -> dict[str, bytes]:
        leaving: dict[str, bytes] = {}
        for verb, arguments in VERBS.items():
            leaving.update(_of_verb(verb, (*arguments, *(_masking() if verb in POLICED else ()))))
        leaving["files"] = b"".join(file.read_bytes() for file in Path("out").rglob("*") if file.is_file())
        leaving["tables"] = "\n".join(_tables(Path("out/warehouse.duckdb"))).encode()
        leaving["python"] = "\n".join(_of_python(source)).encode("utf-8", "surrogatepass")
        return leaving

    return leave


def _masking() -> tuple[str, ...]:
    return ("--masking", POLICY_FILE) if Path(POLICY_FILE).exists() else ()


def _of_verb(verb: str, arguments: tuple[str, ...]) -> dict[str, bytes]:
    outcome = run_command(*arguments)
    return {f"{verb}, standard output": outcome.out.encode(), f"{verb}, standard error": outcome.err.encode()}


def _tables(path: Path) -> Iterator[str]:
    """What a user of the warehouse sees, whatever the file's compression hides from a search of its bytes."""
    if not path.exists():
        return
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error:
        return
    with connection:
        for schema, table in connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables()"
        ).fetchall():
            rows = connection.execute(f'SELECT CAST(t AS VARCHAR) FROM "{schema}"."{table}" AS t').fetchall()
            yield repr(rows)


def _of_python(source: CanarySource) -> Iterator[str]:
    destination = MemoryDestination()
    try:
        manifest = penstock.load(source.manifest_path, masking=next(iter(_masking()[1:]), None))
        yield repr(penstock.check(manifest, source.config))
        yield repr(penstock.discover(manifest, source.config))
        result, _ = penstock.read(manifest, source.config, destination)
    except penstock.PenstockError as error:
        yield from _told(error)
    else:
        for failure in result.failures.values():
            yield from _told(failure)
    yield repr((dict(destination.records), dict(destination.states)))
    for errors in destination.errors.values():
        for told in errors:
            yield from _told(told)


def _told(error: BaseException) -> Iterator[str]:
    yield repr(error)
    yield from traceback.format_exception(error)
