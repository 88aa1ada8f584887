"""State as it is handed in and out: one blob a stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.errors import ConfigError

Json = Any
StreamStates = Mapping[str, Mapping[str, Json]]
"""The state of each stream, by name."""


def parse_state(value: Json) -> StreamStates:
    """Read the content of a state file: a list of state messages, or one.

    Takes per-stream messages and a GLOBAL one without shared state. Raises ConfigError.
    """
    if not value:
        return {}
    states: dict[str, Mapping[str, Json]] = {}
    for message in value if isinstance(value, list) else [value]:
        body = message.get("state", message) if isinstance(message, Mapping) else None
        if not isinstance(body, Mapping):
            raise ConfigError("the state is not a list of state messages")
        kind = body.get("type")
        if kind == "STREAM":
            _add(states, body.get("stream"))
        elif kind == "GLOBAL":
            for stream in _stream_states(body.get("global") or {}):
                _add(states, stream)
        else:
            raise ConfigError("the state holds a message that is neither STREAM nor GLOBAL")
    return states


def _stream_states(shared: Json) -> list[Json]:
    """The states of streams that a GLOBAL message holds."""
    streams = (shared.get("stream_states") or []) if isinstance(shared, Mapping) else None
    if not isinstance(streams, list):
        raise ConfigError("the global state has no list of `stream_states`")
    if shared.get("shared_state"):
        raise ConfigError("the state has a shared part, which no stream of a manifest can use")
    return streams


def _add(states: dict[str, Mapping[str, Json]], stream: Json) -> None:
    descriptor = stream.get("stream_descriptor") if isinstance(stream, Mapping) else None
    name = descriptor.get("name") if isinstance(descriptor, Mapping) else None
    if not isinstance(name, str):
        raise ConfigError("the state holds a message without the name of its stream")
    blob = stream.get("stream_state") or {}
    if not isinstance(blob, Mapping):
        raise ConfigError(f"the state of stream {name} is not an object")
    states[name] = blob
