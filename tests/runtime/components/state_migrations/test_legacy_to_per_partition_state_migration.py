from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.streams import STREAM
from penstock.errors import ConfigError
from penstock.records.state import open_state
from penstock.records.stream import StreamPlan
from penstock.testing.fakes import Fakes, component

PARENT = {
    "parent_key": "id",
    "partition_field": "team",
    "stream": {
        "name": "teams",
        "retriever": {
            "requester": {"url": "https://api.example.com/teams"},
            "record_selector": {"extractor": {"field_path": []}},
        },
    },
}


def stream(*parents: dict[str, Any], **settings: Any) -> StreamPlan:
    """A stream that was split before there were partitions in state."""
    text = {
        "type": "DeclarativeStream",
        "name": "orders",
        "retriever": {
            "requester": {"url": "https://api.example.com/orders"},
            "record_selector": {"extractor": {"field_path": []}},
            "partition_router": {
                "type": "SubstreamPartitionRouter",
                "parent_stream_configs": list(parents or [PARENT]),
            },
        },
        "incremental_sync": {
            "type": "DatetimeBasedCursor",
            "cursor_field": "at",
            "datetime_format": "%Y-%m-%d",
            "start_datetime": "2024-01-01",
        },
        "state_migrations": [{"type": "LegacyToPerPartitionStateMigration"}],
    }
    return component(json.dumps({**text, **settings}), STREAM).build(Fakes().resources())


NEW = {"states": [{"partition": {"team": "17"}, "cursor": {"at": "2024-01-05"}}], "state": {}}


@pytest.mark.parametrize(
    ("saved", "opened"),
    [
        pytest.param(
            {"17": {"at": "2024-01-05"}, "b": {"at": "2024-01-06"}},
            {
                "states": [
                    {"partition": {"team": "17"}, "cursor": {"at": "2024-01-05"}},
                    {"partition": {"team": "b"}, "cursor": {"at": "2024-01-06"}},
                ]
            },
            id="bare values become partitions",
        ),
        pytest.param({}, {}, id="no state"),
        pytest.param(NEW, NEW, id="one of today"),
        pytest.param({"at": "2024-01-05"}, {"at": "2024-01-05"}, id="one of a stream not yet split"),
        pytest.param(
            {"17": {"seen": "2024-01-05"}}, {"17": {"seen": "2024-01-05"}}, id="one of another cursor field"
        ),
        pytest.param(
            {"17": {"at": "2024-01-05", "n": 1}}, {"17": {"at": "2024-01-05", "n": 1}}, id="one with more"
        ),
    ],
)
def test_a_state_of_bare_values_is_brought_up_to_date(saved: dict[str, Any], opened: dict[str, Any]) -> None:
    """Any other is left as it is."""
    assert stream().resumed(saved)[1] == opened


def test_what_was_migrated_is_kept() -> None:
    """A partition that is not seen again stays in the state."""
    plan, saved = stream().resumed({"17": {"at": "2024-01-05"}})

    assert open_state(plan, saved).dump()["states"] == [
        {"partition": {"team": "17"}, "cursor": {"at": "2024-01-05"}}
    ]


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"incremental_sync": None}, id="no cursor"),
        pytest.param({"retriever": {"requester": {"url": "https://api.example.com"}, "record_selector":
            {"extractor": {"field_path": []}}}}, id="no parent"),
    ],
)  # fmt: skip
def test_it_needs_a_cursor_and_one_parent(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="needs a cursor and exactly one parent"):
        stream(**settings)
    with pytest.raises(ConfigError, match="needs a cursor and exactly one parent"):
        stream(PARENT, PARENT)
