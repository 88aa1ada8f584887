from __future__ import annotations

import duckdb
import pytest
from tests.warehouse import Warehouse

from penstock.testing.fake_api import Answer, FakeApi

MANIFEST = """
version: 7.0.0
check: {stream_names: [orders]}
spec:
  connection_specification:
    type: object
    properties:
      url: {type: string}
      token: {type: string, airbyte_secret: true}
definitions:
  retriever:
    requester:
      url: "{{ config['url'] }}/{{ parameters['name'] }}"
      authenticator: {type: BearerAuthenticator, api_token: "{{ config['token'] }}"}
      error_handler: {max_retries: 0}
    record_selector: {extractor: {field_path: []}}
streams:
  - {$parameters: {name: orders}, primary_key: id, retriever: {$ref: "#/definitions/retriever"}}
  - {$parameters: {name: people}, retriever: {$ref: "#/definitions/retriever"}}
"""


def test_a_sync_makes_a_table_for_each_stream(warehouse: Warehouse, api: FakeApi) -> None:
    """It tells of each what came of it, and ends with 0."""
    api.on("/orders", [{"id": 1}, {"id": 2}])
    api.on("/people", [{"name": "Ada"}])

    end = warehouse.sync(MANIFEST, config={"url": api.url, "token": "s3cr3t-token"})

    assert (end.code, warehouse.tables()) == (0, ["orders", "people"])
    assert warehouse.query("SELECT id FROM orders ORDER BY id") == [("1",), ("2",)]
    assert [line.split() for line in end.out.splitlines() if "│ orders" in line] == [
        ["│", "orders", "│", "overwrite", "│", "2", "│", "2", "│", "0", "│"]
    ]
    assert "stream orders: done, 2 records" in end.err


def test_a_stream_that_fails_does_not_stop_the_others(warehouse: Warehouse, api: FakeApi) -> None:
    """The exit code says that not all is there, and the message why; no secret is in it."""
    api.on("/orders", Answer({"error": "token s3cr3t-token is not valid"}, 403))
    api.on("/people", [{"name": "Ada"}])

    end = warehouse.sync(MANIFEST, config={"url": api.url, "token": "s3cr3t-token"})

    assert end.code == 1
    assert warehouse.query("SELECT name FROM people") == [("Ada",)]
    assert "ERROR stream orders:" in end.err
    assert "incomplete" in end.out
    assert "s3cr3t-token" not in end.err + end.out
    assert "Traceback" not in end.err


def test_only_the_chosen_streams_are_synced(warehouse: Warehouse, api: FakeApi) -> None:
    """`--streams` names them."""
    api.on("/people", [{"name": "Ada"}])

    end = warehouse.sync(MANIFEST, "--streams", "people", config={"url": api.url, "token": ""})

    assert (end.code, warehouse.tables(), api.paths()) == (0, ["people"], ["/people"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(
            ["--streams", "order"],
            "the manifest has no stream `order`\n  hint: did you mean",
            id="a typing mistake",
        ),
        pytest.param(["--mode", "append_dedup"], "do not have: people", id="no key to merge by"),
        pytest.param(
            ["--to", "no/such.duckdb"], "the folder of no/such.duckdb does not exist", id="no such folder"
        ),
        pytest.param(["--to", "."], "is a folder", id="a folder"),
        pytest.param(["--to", "manifest.yaml"], "is not a DuckDB file", id="another file"),
    ],
)
def test_what_cannot_work_is_told_before_anything_is_asked(
    warehouse: Warehouse, api: FakeApi, options: list[str], told: str
) -> None:
    """One error in words, exit code 1, and no request."""
    end = warehouse.sync(MANIFEST, *options, config={"url": api.url, "token": ""})

    assert (end.code, end.out, api.requests) == (1, "", [])
    assert end.err.startswith("error: ")
    assert told in end.err
    assert "Traceback" not in end.err


def test_wrong_usage_has_an_exit_code_of_its_own(warehouse: Warehouse) -> None:
    """2, as with any command."""
    assert warehouse.sync(MANIFEST, "--mode", "replace").code == 2


def test_a_file_in_use_is_told_and_left_alone(warehouse: Warehouse, api: FakeApi) -> None:
    """DuckDB lets one process write: the message says so, and what to do."""
    with duckdb.connect(str(warehouse.path)):
        end = warehouse.sync(MANIFEST, config={"url": api.url, "token": ""})

    assert (end.code, end.out, api.requests) == (1, "", [])
    assert end.err == (
        f"error: the DuckDB file {warehouse.path} is in use by another process\n"
        "  hint: close it there and run again\n"
    )


def test_a_manifest_with_mistakes_is_told_with_their_places(warehouse: Warehouse) -> None:
    """All of them, as `penstock lint` does, and nothing is made."""
    end = warehouse.sync(MANIFEST.replace("field_path: []", "field_path: 7"))

    assert end.code == 1
    assert "manifest.yaml:16:47: error[wrong-type]" in end.err
    assert end.err.endswith("manifest.yaml cannot be used: 1 error\n")
    assert not warehouse.path.exists()
