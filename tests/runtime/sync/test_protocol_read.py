from __future__ import annotations

import io
import json
from typing import Any

import pytest

from penstock.errors import ConfigError
from penstock.masking.exits import Exit
from penstock.masking.redactor import Redactor
from penstock.plan.manifest import parse_manifest
from penstock.protocol.catalog import ConfiguredCatalog
from penstock.protocol.stdio import Printer
from penstock.sync.protocol_read import read_to_protocol
from penstock.testing.fake_api import Answer, FakeApi

MANIFEST = """
version: 7.0.0
check: {stream_names: [orders]}
definitions:
  requester: {url: "{{ config['url'] }}/{{ parameters['name'] }}", error_handler: {max_retries: 0}}
  retriever: {requester: {$ref: "#/definitions/requester"}, record_selector: {extractor: {field_path: []}}}
streams:
  - {$parameters: {name: orders}, retriever: {$ref: "#/definitions/retriever"}}
  - {$parameters: {name: people}, retriever: {$ref: "#/definitions/retriever"}}
"""


def messages(api: FakeApi, *streams: str) -> list[dict[str, Any]]:
    """What a read of these streams prints; a ConfigError at its end is the last of it."""
    out = io.BytesIO()
    redactor = Redactor()
    try:
        read_to_protocol(
            parse_manifest(MANIFEST),
            {"url": api.url},
            ConfiguredCatalog(streams),
            {},
            Printer(Exit(out, redactor)),
            redactor,
        )
    except ConfigError as error:
        return [*map(json.loads, out.getvalue().splitlines()), {"raised": str(error)}]
    return [json.loads(line) for line in out.getvalue().splitlines()]


def told(message: dict[str, Any]) -> str:
    """A message in a word or two."""
    match message:
        case {"log": {"message": text}} | {"raised": text}:
            return str(text)
        case {"trace": {"stream_status": {"status": status}}}:
            return str(status)
        case {"trace": {"error": error}}:
            return f"ERROR in {error['stream_descriptor']['name']}"
        case {"state": {"sourceStats": {"recordCount": count}}}:
            return f"STATE of {count:g} records"
    return str(message["record"]["data"])


def test_the_messages_of_a_stream_come_in_the_order_of_the_protocol(api: FakeApi) -> None:
    """Started, running with the first record, complete, and the state with the number of records it covers."""
    api.on("/orders", [{"id": 1}, {"id": 2}])

    assert [told(message) for message in messages(api, "orders")] == [
        "Starting syncing",
        "Syncing stream: orders",
        "STARTED",
        "RUNNING",
        "{'id': 1}",
        "{'id': 2}",
        "Read 2 records from orders stream",
        "COMPLETE",
        "STATE of 2 records",
        "Finished syncing",
    ]


def test_a_stream_that_fails_is_incomplete_and_fails_the_read(api: FakeApi) -> None:
    """The others are read; at the end it is said which were not."""
    api.on("/orders", Answer({}, 403))
    api.on("/people", [{"name": "Ada"}])

    found = [told(message) for message in messages(api, "orders", "people")]

    assert {"ERROR in orders", "INCOMPLETE", "{'name': 'Ada'}", "COMPLETE"} <= set(found)
    assert found[-1].startswith("these streams were not read to their end: orders: ")
    assert "Finished syncing" not in found


def test_a_stream_that_is_gone_from_the_manifest_is_incomplete(api: FakeApi) -> None:
    """The platform may still ask for it; the others are read as usual."""
    api.on("/people", [])

    found = [told(message) for message in messages(api, "parcels", "people")]

    assert [word for word in found if word.isupper()] == ["INCOMPLETE", "STARTED", "COMPLETE"]


@pytest.mark.parametrize("streams", [(), ("orders",), ("people", "orders")], ids=["none", "one", "two"])
def test_only_the_streams_of_the_catalog_are_read(api: FakeApi, streams: tuple[str, ...]) -> None:
    """Whatever else the manifest has."""
    api.on("/orders", [])
    api.on("/people", [])

    messages(api, *streams)

    assert sorted(api.paths()) == sorted(f"/{name}" for name in streams)
