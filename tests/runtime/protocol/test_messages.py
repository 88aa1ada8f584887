from __future__ import annotations

from typing import Any

import pytest

from penstock.protocol import messages

Json = Any
DESCRIPTOR = {"name": "orders"}


@pytest.mark.parametrize(
    ("message", "json"),
    [
        pytest.param(
            messages.log("WARN", "slow"),
            {"type": "LOG", "log": {"level": "WARN", "message": "slow"}},
            id="LOG",
        ),
        pytest.param(
            messages.spec(
                {"connectionSpecification": {"type": "object", "title": None}, "supportsDBT": False}
            ),
            {"type": "SPEC", "spec": {"connectionSpecification": {"type": "object"}, "supportsDBT": False}},
            id="SPEC",
        ),
        pytest.param(
            messages.connection_status(succeeded=True),
            {"type": "CONNECTION_STATUS", "connectionStatus": {"status": "SUCCEEDED"}},
            id="CONNECTION_STATUS of what works",
        ),
        pytest.param(
            messages.connection_status(succeeded=False, message="no"),
            {"type": "CONNECTION_STATUS", "connectionStatus": {"status": "FAILED", "message": "no"}},
            id="CONNECTION_STATUS of what does not",
        ),
        pytest.param(
            messages.catalog([{"name": "orders"}]),
            {"type": "CATALOG", "catalog": {"streams": [{"name": "orders"}]}},
            id="CATALOG",
        ),
        pytest.param(
            messages.state("orders", {"at": 7}, 2),
            {
                "type": "STATE",
                "state": {
                    "type": "STREAM",
                    "stream": {"stream_descriptor": DESCRIPTOR, "stream_state": {"at": 7}},
                    "sourceStats": {"recordCount": 2.0},
                },
            },
            id="STATE",
        ),
        pytest.param(
            messages.stream_status("orders", "STARTED", 1.5),
            {
                "type": "TRACE",
                "trace": {
                    "type": "STREAM_STATUS",
                    "emitted_at": 1.5,
                    "stream_status": {"stream_descriptor": DESCRIPTOR, "status": "STARTED"},
                },
            },
            id="TRACE of a status",
        ),
        pytest.param(
            messages.stream_status("orders", "RUNNING", 1.5, rate_limited=True),
            {
                "type": "TRACE",
                "trace": {
                    "type": "STREAM_STATUS",
                    "emitted_at": 1.5,
                    "stream_status": {
                        "stream_descriptor": DESCRIPTOR,
                        "status": "RUNNING",
                        "reasons": [{"type": "RATE_LIMITED"}],
                    },
                },
            },
            id="TRACE of a status with its reason",
        ),
        pytest.param(
            messages.new_config({"token": "t"}, 1),
            {
                "type": "CONTROL",
                "control": {
                    "type": "CONNECTOR_CONFIG",
                    "emitted_at": 1.0,
                    "connectorConfig": {"config": {"token": "t"}},
                },
            },
            id="CONTROL",
        ),
        pytest.param(
            messages.trace_error("no", "config_error", 1),
            {
                "type": "TRACE",
                "trace": {
                    "type": "ERROR",
                    "emitted_at": 1,
                    "error": {"message": "no", "failure_type": "config_error"},
                },
            },
            id="TRACE of an error",
        ),
        pytest.param(
            messages.trace_error("no", "system_error", 1, internal="why", stream="orders"),
            {
                "type": "TRACE",
                "trace": {
                    "type": "ERROR",
                    "emitted_at": 1,
                    "error": {
                        "message": "no",
                        "internal_message": "why",
                        "failure_type": "system_error",
                        "stream_descriptor": DESCRIPTOR,
                    },
                },
            },
            id="TRACE of a stream's error",
        ),
    ],
)
def test_a_message_is_as_the_protocol_has_it(message: Json, json: Json) -> None:
    """Its fields in the protocol's order, and none that is null."""
    assert message == json
    assert repr(message) == repr(json)


def test_only_the_top_level_loses_its_nulls() -> None:
    """A null inside an object is data."""
    assert messages.drop_null({"a": None, "b": {"c": None}, "d": 0, "e": ""}) == {
        "b": {"c": None},
        "d": 0,
        "e": "",
    }
