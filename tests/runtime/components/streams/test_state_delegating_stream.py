from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from penstock.components.streams import STREAM
from penstock.errors import ConfigError, ManifestError
from penstock.records.stream import StreamPlan
from penstock.testing.fakes import NOW, Fakes, component

CURSOR = {
    "type": "DatetimeBasedCursor",
    "cursor_field": "at",
    "datetime_format": "%Y-%m-%d",
    "start_datetime": "2024-01-01",
}


def form(path: str, **settings: Any) -> dict[str, Any]:
    """One form of the stream of orders."""
    retriever = {
        "requester": {"url": f"https://api.example.com/{path}"},
        "record_selector": {"extractor": {"field_path": []}},
    }
    return {"name": "orders", "retriever": retriever, **settings}


def text(**settings: Any) -> str:
    """A stream that is an export at first, and its changes from then on."""
    changes = form("changes", incremental_sync=CURSOR)
    forms = {"full_refresh_stream": form("export"), "incremental_stream": changes}
    return json.dumps({"type": "StateDelegatingStream", "name": "orders", **forms, **settings})


def stream(**settings: Any) -> StreamPlan:
    """The stream at the first of March 2024."""
    return component(text(**settings), STREAM).build(Fakes({"days": 30}).resources())


def days_ago(number: int) -> str:
    """A day before now."""
    return (NOW - dt.timedelta(days=number)).strftime("%Y-%m-%d")


def is_read_anew(plan: StreamPlan, saved: dict[str, Any]) -> bool:
    """Whether it is the export that is read; then nothing of the state is left."""
    resumed, opened = plan.resumed(saved)
    assert (resumed.cursor is None) == (opened == {})
    assert opened in ({}, saved)
    return resumed.cursor is None


@pytest.mark.parametrize(
    ("saved", "anew"),
    [
        pytest.param({}, True, id="no state"),
        pytest.param({"at": "2024-01-05"}, False, id="a state"),
        pytest.param({"__ab_no_cursor_state_message": True}, False, id="that of the export"),
        pytest.param({"states": []}, False, id="any state"),
    ],
)
def test_the_state_decides_how_the_stream_is_read(saved: dict[str, Any], anew: bool) -> None:
    assert is_read_anew(stream(), saved) is anew


@pytest.mark.parametrize(
    ("saved", "anew"),
    [
        pytest.param({"at": days_ago(31)}, True, id="too old"),
        pytest.param({"at": days_ago(29)}, False, id="young enough"),
        pytest.param({"state": {"at": days_ago(31)}, "states": []}, True, id="that of all partitions"),
        pytest.param({"state": {"at": days_ago(29)}, "states": []}, False, id="that of all, young enough"),
        pytest.param({"at": "soon"}, True, id="no moment"),
        pytest.param({"other": 1}, True, id="of another cursor"),
        pytest.param({"state": "odd"}, True, id="of another shape"),
        pytest.param({"__ab_no_cursor_state_message": True}, False, id="that of the export counts as new"),
    ],
)
@pytest.mark.parametrize("period", ["P30D", "P{{ config['days'] }}D"])
def test_after_a_state_that_is_too_old_all_is_read_anew(
    period: str, saved: dict[str, Any], anew: bool
) -> None:
    """The API does not know of all changes since."""
    assert is_read_anew(stream(api_retention_period=period), saved) is anew


def test_the_catalog_shows_the_form_without_a_state() -> None:
    """But a run may go on from a state, so a destination keeps what it has."""
    plan = stream()

    assert (plan.name, plan.cursor) == ("orders", None)
    assert plan.is_incremental


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"name": "other"}, "have the `name` of the stream", id="names that differ"),
        pytest.param(
            {
                "incremental_stream": form(
                    "changes", incremental_sync={"type": "IncrementingCountCursor", "cursor_field": "n"}
                ),
                "api_retention_period": "P30D",
            },
            "needs a cursor of time",
            id="a count is not older or newer",
        ),
    ],
)
def test_settings_that_cannot_be_are_told_at_load(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        stream(**settings)


def test_a_period_that_is_none_is_told() -> None:
    with pytest.raises(ConfigError, match="`api_retention_period` is not an ISO-8601 duration"):
        stream(api_retention_period="30 days")
