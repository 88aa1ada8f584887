from __future__ import annotations

import io
import json
from typing import Any

import pytest

from penstock.destinations import Part
from penstock.destinations.jsonl import ProtocolDestination
from penstock.errors import RequestError
from penstock.masking.exits import Exit
from penstock.masking.redactor import Redactor
from penstock.protocol.stdio import Printer
from penstock.testing.streams import batch, stream

PART = Part(1, "")


@pytest.fixture
def out() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def destination(out: io.BytesIO) -> ProtocolDestination:
    return ProtocolDestination(Printer(Exit(out, Redactor())))


def printed(out: io.BytesIO, kind: str) -> list[dict[str, Any]]:
    """The bodies of the messages of one type."""
    messages = [json.loads(line) for line in out.getvalue().splitlines()]
    return [message[kind.lower()] for message in messages if message["type"] == kind]


def test_records_leave_at_once(out: io.BytesIO, destination: ProtocolDestination) -> None:
    """Each is a message; fields that are null are left out at the top and kept below."""
    destination.write(batch("orders", {"id": 1, "note": None}, {"id": 2, "by": {"name": None}}), PART)

    assert [record["data"] for record in printed(out, "RECORD")] == [
        {"id": 1},
        {"id": 2, "by": {"name": None}},
    ]


def test_a_state_counts_the_records_since_the_one_before(
    out: io.BytesIO, destination: ProtocolDestination
) -> None:
    """The platform compares the count with what it received; each stream is counted for itself."""
    destination.write(batch("orders", {"id": 1}, {"id": 2}), PART)
    destination.write(batch("people", {"name": "Ada"}), PART)
    destination.checkpoint("orders", {"id": 2})
    destination.write(batch("orders", {"id": 3}), PART)
    destination.finished("orders", {"id": 3}, complete=True)

    counts = [(s["stream"]["stream_state"], s["sourceStats"]["recordCount"]) for s in printed(out, "STATE")]
    assert counts == [({"id": 2}, 2.0), ({"id": 3}, 1.0)]


@pytest.mark.parametrize(
    ("complete", "last"),
    [pytest.param(True, "COMPLETE", id="all"), pytest.param(False, "INCOMPLETE", id="part")],
)
def test_a_stream_tells_where_it_stands(
    out: io.BytesIO, destination: ProtocolDestination, last: str, *, complete: bool
) -> None:
    """It runs with its first record, once, and says at its end whether all was read."""
    destination.started(stream())
    destination.write(batch("orders", {"id": 1}), PART)
    destination.write(batch("orders", {"id": 2}), PART)
    destination.finished("orders", {}, complete=complete)

    statuses = [trace["stream_status"]["status"] for trace in printed(out, "TRACE")]
    assert statuses == ["STARTED", "RUNNING", last]


def test_an_error_names_its_stream_and_who_can_act(out: io.BytesIO, destination: ProtocolDestination) -> None:
    """The message is for the user, the hint for whoever looks after the connector."""
    error = RequestError("the API refuses the key", hint="HTTP 401", failure_type="config_error")

    destination.failed("orders", error)

    assert [trace["error"] for trace in printed(out, "TRACE")] == [
        {
            "message": "the API refuses the key",
            "internal_message": "HTTP 401",
            "failure_type": "config_error",
            "stream_descriptor": {"name": "orders"},
        }
    ]


def test_an_api_that_throttles_is_a_status_with_its_reason(
    out: io.BytesIO, destination: ProtocolDestination
) -> None:
    """So that the platform does not take the silence for a stall."""
    destination.rate_limited("orders")

    (trace,) = printed(out, "TRACE")
    assert trace["stream_status"]["status"] == "RUNNING"
    assert trace["stream_status"]["reasons"] == [{"type": "RATE_LIMITED"}]
