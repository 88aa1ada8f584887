from __future__ import annotations

from typing import Any

import pytest

from penstock.errors import ConfigError
from penstock.protocol import messages
from penstock.protocol.state import parse_state

Json = Any
ORDERS = {"stream_descriptor": {"name": "orders"}, "stream_state": {"at": 7}}


@pytest.mark.parametrize(
    ("value", "states"),
    [
        pytest.param([], {}, id="an empty list"),
        pytest.param({}, {}, id="an empty object"),
        pytest.param(None, {}, id="null"),
        pytest.param([{"type": "STREAM", "stream": ORDERS}], {"orders": {"at": 7}}, id="a list of states"),
        pytest.param({"type": "STREAM", "stream": ORDERS}, {"orders": {"at": 7}}, id="one state"),
        pytest.param(
            [messages.state("orders", {"at": 7}, 1)], {"orders": {"at": 7}}, id="a message of a read"
        ),
        pytest.param(
            [messages.state("orders", {"at": 6}, 1), messages.state("orders", {"at": 7}, 1)],
            {"orders": {"at": 7}},
            id="of several messages of a stream the last",
        ),
        pytest.param(
            [{"type": "GLOBAL", "global": {"shared_state": {}, "stream_states": [ORDERS]}}],
            {"orders": {"at": 7}},
            id="a global state that shares nothing",
        ),
        pytest.param([{"type": "GLOBAL"}], {}, id="a global state of nothing"),
        pytest.param(
            [{"type": "STREAM", "stream": {"stream_descriptor": {"name": "orders"}}}],
            {"orders": {}},
            id="no state yet",
        ),
    ],
)
def test_a_state_is_read_back(value: Json, states: Json) -> None:
    """As the platform hands it in, or as a read gave it out."""
    assert parse_state(value) == states


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param("text", "not a list of state messages", id="text"),
        pytest.param(["text"], "not a list of state messages", id="a list of text"),
        pytest.param([{"state": 7}], "not a list of state messages", id="a message without a body"),
        pytest.param(
            {"orders": {"at": 7}}, "neither STREAM nor GLOBAL", id="the form before per-stream state"
        ),
        pytest.param([{"type": "LEGACY", "data": {}}], "neither STREAM nor GLOBAL", id="a legacy message"),
        pytest.param([{"type": "STREAM"}], "without the name of its stream", id="no stream"),
        pytest.param([{"type": "STREAM", "stream": {}}], "without the name of its stream", id="no name"),
        pytest.param(
            [{"type": "STREAM", "stream": {**ORDERS, "stream_state": [7]}}],
            "the state of stream orders is not an object",
            id="a state that is no object",
        ),
        pytest.param(
            [{"type": "GLOBAL", "global": {"shared_state": {"at": 7}}}],
            "has a shared part",
            id="a shared part",
        ),
        pytest.param(
            [{"type": "GLOBAL", "global": [ORDERS]}],
            "has no list of `stream_states`",
            id="a global state that is a list",
        ),
        pytest.param(
            [{"type": "GLOBAL", "global": {"stream_states": 7}}],
            "has no list of `stream_states`",
            id="stream states that are no list",
        ),
    ],
)
def test_what_is_no_state_is_refused(value: Json, problem: str) -> None:
    """Reading all again in silence would be worse."""
    with pytest.raises(ConfigError, match=problem):
        parse_state(value)
