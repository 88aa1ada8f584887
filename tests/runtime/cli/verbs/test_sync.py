from __future__ import annotations

from typing import Any

import duckdb
import pytest
from tests.command import run_command
from tests.runtime.cli.project import VERBS, Project

from penstock.testing.fake_api import Answer, FakeApi

Json = Any


def rows(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect("warehouse.duckdb", read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_a_sync_loads_all_streams(project: Project) -> None:
    """A summary on standard output, what happened on standard error."""
    outcome = project.run("sync")

    assert outcome.exit_code == 0
    assert rows("SELECT id FROM orders ORDER BY id") == [(1,), (2,)]
    assert rows("SELECT id, name FROM people") == [(7, "Ada")]
    assert "orders" in outcome.out
    assert "INFO  stream orders: done, 2 records" in outcome.err


def test_only_the_named_streams_are_synced(project: Project, api: FakeApi) -> None:
    """Spaces around the commas do no harm."""
    outcome = project.run("sync", "--streams", " people ,")

    assert outcome.exit_code == 0
    assert [request.path for request in api.requests] == ["/people"]


def test_full_refresh_forgets_what_was_synced(project: Project, api: FakeApi) -> None:
    """Rows that the API no longer has are gone."""
    project.run("sync")
    api.on("/orders", {"items": [{"id": 3, "at": "2024-01-04"}]})

    project.run("sync", "--full-refresh")

    assert rows("SELECT id FROM orders") == [(3,)]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        pytest.param("overwrite", [(1,), (2,)], id="overwrite"),
        pytest.param("append", [(1,), (1,), (2,), (2,)], id="append"),
        pytest.param("append_dedup", [(1,), (2,)], id="append_dedup"),
    ],
)
def test_the_mode_can_be_chosen(project: Project, mode: str, expected: Json) -> None:
    """The same rows come twice."""
    for _ in range(2):
        project.run("sync", "--mode", mode, "--streams", "orders")

    assert rows("SELECT id FROM orders ORDER BY id") == expected


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        pytest.param(Answer("no", 401), "HTTP 401 Unauthorized", id="credentials refused"),
        pytest.param(
            Answer("<html>", headers={"Content-Type": "text/html"}),
            "expected JSON, got 6 bytes of HTML (HTTP 200)\n  hint: is this the URL of the API",
            id="a web page",
        ),
        pytest.param(
            Answer('{"items": [{"id": 1'), "expected JSON, got 19 bytes of", id="JSON that breaks off"
        ),
        pytest.param(
            Answer({"items": [{"id": 1}]}, truncate_at=9), "the answer broke off", id="a broken connection"
        ),
    ],
)
def test_a_stream_that_fails_is_told_and_the_others_are_loaded(
    project: Project, api: FakeApi, answer: Answer, problem: str
) -> None:
    """The exit code is 1, and the summary says which one is incomplete."""
    api.on("/orders", answer)

    outcome = project.run("sync")

    assert outcome.exit_code == 1
    assert problem in outcome.err
    assert "incomplete" in outcome.out
    assert rows("SELECT count(*) FROM people") == [(1,)]
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(
            ("--streams", "order"),
            "error: the manifest has no stream `order`\n  hint: did you mean `orders`?\n",
            id="a stream that is not there",
        ),
        pytest.param(
            ("--mode", "append_dedup"),
            "append_dedup needs a primary key, which these streams do not have: people",
            id="no primary key to merge by",
        ),
        pytest.param(("--config", "nothing.json"), "cannot read the config nothing.json", id="no config"),
        pytest.param(("--config", "catalog.json"), "the config lacks `url`", id="a config that does not fit"),
        pytest.param(
            ("--to", "no/folder/w.duckdb"), "the folder of no/folder/w.duckdb does not exist", id="no folder"
        ),
        pytest.param(
            ("--to", "manifest.yaml"), "manifest.yaml is not a DuckDB file", id="a file of another kind"
        ),
    ],
)
def test_what_cannot_start_is_told(
    project: Project, api: FakeApi, arguments: tuple[str, ...], problem: str
) -> None:
    """Before anything is read, and with exit code 1."""
    outcome = project.run("sync", *arguments)

    assert (outcome.exit_code, outcome.out) == (1, "")
    assert problem in outcome.err
    assert api.requests == []


def test_an_unreachable_host_is_told(project: Project) -> None:
    """By its name, and why."""
    project.write("config.json", {"url": "http://127.0.0.1:1"})

    outcome = project.run("sync")

    assert outcome.exit_code == 1
    assert (
        "stream orders: gave up after 1 attempt: cannot connect to 127.0.0.1:1: connection refused"
        in outcome.err
    )


def test_a_sync_needs_a_file_to_go_to(project: Project) -> None:
    """Wrong usage has exit code 2."""
    outcome = run_command("sync", *VERBS["sync"][:-2])

    assert outcome.exit_code == 2
    assert "Missing option '--to'" in outcome.err
