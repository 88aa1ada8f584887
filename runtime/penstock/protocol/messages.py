"""The messages of the Airbyte protocol, as mappings in the protocol's key order.

Fields that are null are left out, in the messages and at the top level of the mappings they carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from penstock.errors import FailureType
from penstock.masking.exits import Level

Json = Any
Message = Mapping[str, Json]
StreamStatus = Literal["STARTED", "RUNNING", "COMPLETE", "INCOMPLETE"]


def log(level: Level, text: str) -> Message:
    """A line for whoever watches the run."""
    return {"type": "LOG", "log": {"level": level, "message": text}}


def spec(body: Mapping[str, Json]) -> Message:
    """What the user configures; `body` as `Spec.message` gives it."""
    return {
        "type": "SPEC",
        "spec": {**body, "connectionSpecification": drop_null(body["connectionSpecification"])},
    }


def connection_status(succeeded: bool, message: str = "") -> Message:  # noqa: FBT001 - the message's one fact
    """The answer to `check`."""
    body = {"status": "SUCCEEDED"} if succeeded else {"status": "FAILED", "message": message}
    return {"type": "CONNECTION_STATUS", "connectionStatus": body}


def catalog(streams: list[Json]) -> Message:
    """The answer to `discover`; `streams` as `catalog.entry` gives them."""
    return {"type": "CATALOG", "catalog": {"streams": streams}}


def state(stream: str, blob: Mapping[str, Json], records: int) -> Message:
    """The state of a stream, and how many of its records were sent since the one before."""
    return {
        "type": "STATE",
        "state": {
            "type": "STREAM",
            "stream": {"stream_descriptor": {"name": stream}, "stream_state": blob},
            "sourceStats": {"recordCount": float(records)},
        },
    }


def stream_status(stream: str, status: StreamStatus, now_ms: float, *, rate_limited: bool = False) -> Message:
    """Where a stream stands."""
    body: dict[str, Json] = {"stream_descriptor": {"name": stream}, "status": status}
    if rate_limited:
        body["reasons"] = [{"type": "RATE_LIMITED"}]
    return {"type": "TRACE", "trace": {"type": "STREAM_STATUS", "emitted_at": now_ms, "stream_status": body}}


def new_config(config: Mapping[str, Json], now_ms: int) -> Message:
    """The config with what changed during the run, for the platform to save: the one message that holds secrets."""
    body = {
        "type": "CONNECTOR_CONFIG",
        "emitted_at": float(now_ms),
        "connectorConfig": {"config": drop_null(config)},
    }
    return {"type": "CONTROL", "control": body}


def trace_error(
    message: str, failure_type: FailureType, now_ms: int, *, internal: str = "", stream: str = ""
) -> Message:
    """What went wrong: `message` for the user, `internal` for the author."""
    error: dict[str, Json] = {"message": message}
    if internal:
        error["internal_message"] = internal
    error["failure_type"] = failure_type
    if stream:
        error["stream_descriptor"] = {"name": stream}
    return {"type": "TRACE", "trace": {"type": "ERROR", "emitted_at": now_ms, "error": error}}


def drop_null(mapping: Mapping[str, Json]) -> dict[str, Json]:
    """The mapping without its top-level nulls."""
    return {key: value for key, value in mapping.items() if value is not None}
