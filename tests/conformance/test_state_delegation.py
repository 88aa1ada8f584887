"""Streams whose saved state decides how they are read, and conditional ones, under airbyte-cdk and Penstock."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.differential import Both
from tests.conformance.streams_text import days, manifest, parent, steady, stream, values

from penstock.testing.fake_api import FakeApi

Json = Any


def delegating(name: str = "orders", *, full: str = "", changes: str = "", more: str = "") -> str:
    """A stream that is an export at first, and then its changes."""
    forms = f"full_refresh_stream: {full or stream(name, path='export')}"
    forms += f", incremental_stream: {changes or stream(name, path='changes', sync=days())}"
    return f"{{type: StateDelegatingStream, name: {name}, {forms}{', ' + more if more else ''}}}"


SPLIT = stream(path="changes", sync=days(), router=values("a", "b"))
OLD = {
    "use_global_cursor": False,
    "states": [{"partition": {"team": "a"}, "cursor": {"at": "2024-01-05"}}],
    "state": {"at": "2024-01-20"},
    "lookback_window": 1,
}


@pytest.mark.parametrize(
    ("settings", "saved"),
    [
        pytest.param({}, None, id="no state"),
        pytest.param({}, {}, id="an empty state"),
        pytest.param({}, {"at": "2024-01-05"}, id="a state"),
        pytest.param({}, {"__ab_no_cursor_state_message": True}, id="that of the export"),
        pytest.param({"full": stream(path="export", sync=days())}, None, id="an export with a cursor"),
        pytest.param({"changes": SPLIT}, OLD, id="of partitions"),
        pytest.param({"more": "api_retention_period: P30D"}, {"at": "2024-01-05"}, id="too old"),
        pytest.param({"more": "api_retention_period: P30D"}, {"at": "2099-01-05"}, id="young enough"),
        pytest.param({"more": "api_retention_period: P9000D"}, {"at": "2024-01-05"}, id="kept for long"),
        pytest.param(
            {"more": "api_retention_period: \"P{{ config['days'] }}D\""}, {"at": "2024-01-05"}, id="by config"
        ),
        pytest.param(
            {"more": "api_retention_period: P30D"}, {"__ab_no_cursor_state_message": True}, id="just exported"
        ),
        pytest.param({"more": "api_retention_period: P30D"}, {"other": "2099-01-05"}, id="of another cursor"),
        pytest.param({"more": "api_retention_period: P30D", "changes": SPLIT}, OLD, id="too old, of all"),
        pytest.param({"more": "api_retention_period: P9000D", "changes": SPLIT}, OLD, id="young, of all"),
        pytest.param({"more": "api_retention_period: often"}, {"at": "2024-01-05"}, id="no period"),
    ],
)
def test_the_state_decides(both: Both, api: FakeApi, settings: dict[str, str], saved: Json) -> None:
    """Which requests are made, and which state is saved."""
    api.on("/export", [{"id": 1, "at": "2024-01-02"}, {"id": 2, "at": "2024-01-20"}])
    api.on("/changes", [{"id": 2, "at": "2024-01-20"}])

    theirs, ours = both.read(
        api,
        manifest(delegating(**settings)),
        {"days": 9000},
        streams=["orders"],
        states=None if saved is None else {"orders": saved},
        incremental=True,
    )

    assert steady(ours) == steady(theirs)


KNOWN = [{"partition": {"parent_slice": {}, "team": 1}, "cursor": {"at": "2024-01-11"}}]
SAVED = {"use_global_cursor": False, "states": KNOWN, "state": {"at": "2024-01-20"}, "lookback_window": 1}


@pytest.mark.parametrize(
    ("settings", "more", "saved"),
    [
        pytest.param("", "", None, id="no state"),
        pytest.param("incremental_dependency: true", "", None, id="no state, with a dependency"),
        pytest.param("", "", {**SAVED, "parent_state": {"teams": {"at": "2024-01-04"}}}, id="no dependency"),
        pytest.param(
            "incremental_dependency: true",
            "",
            {**SAVED, "parent_state": {"teams": {"at": "2024-01-04"}}},
            id="its own",
        ),
        pytest.param("incremental_dependency: true", "", SAVED, id="that of all partitions"),
        pytest.param("incremental_dependency: true", "", {**SAVED, "parent_state": {}}, id="an empty one"),
        pytest.param(
            "incremental_dependency: true",
            "api_retention_period: P30D",
            {**SAVED, "parent_state": {"teams": {"at": "2024-01-04"}}},
            id="too old",
        ),
    ],
)
def test_parents_are_delegated_too(both: Both, api: FakeApi, settings: str, more: str, saved: Json) -> None:
    api.on("/export", [{"id": 1, "at": "2024-01-03"}, {"id": 2, "at": "2024-01-04"}])
    api.on("/changes", [{"id": 2, "at": "2024-01-04"}])
    api.on("/orders", [{"id": 1, "at": "2024-01-25"}])
    text = manifest(stream(sync=days(), router=parent(delegating("teams", more=more), settings)))

    theirs, ours = both.read(
        api, text, streams=["orders"], states={"orders": saved} if saved else None, incremental=True
    )

    assert steady(ours) == steady(theirs)


@pytest.mark.parametrize("is_on", [True, False, "", "x", "false", 0, None])
def test_conditional_streams(both: Both, api: FakeApi, is_on: Json) -> None:
    """They are there, or as good as unknown."""
    api.on("/orders", [{"id": 1}])
    api.on("/people", [{"id": 2}])
    conditional = (
        f"{{type: ConditionalStreams, condition: \"{{{{ config['on'] }}}}\", streams: [{stream('people')}]}}"
    )

    theirs, ours = both.read(
        api, manifest(stream(), conditional), {"on": is_on}, streams=["orders", "people"]
    )

    assert steady(ours) == steady(theirs)
