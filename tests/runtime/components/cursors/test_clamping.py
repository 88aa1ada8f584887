from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from penstock.components.cursors import CLAMPING, CURSOR, Clamp
from penstock.errors import ConfigError, ManifestError
from penstock.testing.fakes import Fakes, component


def clamp(target: str, weekday: str | None = None, **config: Any) -> Clamp:
    """The boundaries of this target."""
    details = {"target_details": {"weekday": weekday}} if weekday else {}
    text = json.dumps({"type": "Clamping", "target": target, **details})
    return component(text, CLAMPING).build(Fakes(config).resources())


def at(text: str) -> dt.datetime:
    """A moment of UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("target", "weekday", "moment", "up"),
    [
        pytest.param("DAY", None, "2024-01-04T05:06:07", "2024-01-05", id="the next day"),
        pytest.param("DAY", None, "2024-01-04", "2024-01-04", id="a day's start is a boundary"),
        pytest.param("WEEK", "MONDAY", "2024-01-03", "2024-01-08", id="the next Monday"),
        pytest.param("WEEK", "SUNDAY", "2024-01-03T01:00", "2024-01-07", id="the next Sunday"),
        pytest.param("WEEK", "WEDNESDAY", "2024-01-03", "2024-01-03", id="a Wednesday is one"),
        pytest.param("MONTH", None, "2024-01-31T23:00", "2024-02-01", id="the next month"),
        pytest.param("MONTH", None, "2023-12-02", "2024-01-01", id="the next year"),
        pytest.param("MONTH", None, "2024-02-01", "2024-02-01", id="a month's first is one"),
    ],
)
def test_a_window_begins_with_a_boundary(target: str, weekday: str | None, moment: str, up: str) -> None:
    """The first one from a moment on."""
    assert clamp(target, weekday).up(at(moment)) == at(up)


@pytest.mark.parametrize(
    ("target", "granularity", "last"),
    [
        pytest.param("DAY", None, "2024-02-06T23:59:59", id="a second before the day"),
        pytest.param("WEEK", None, "2024-02-04", id="a day before the week"),
        pytest.param("MONTH", None, "2024-01-31", id="a day before the month"),
        pytest.param(
            "MONTH", dt.timedelta(seconds=1), "2024-01-31T23:59:59", id="or a granularity, where there is one"
        ),
    ],
)
def test_the_last_window_ends_before_a_boundary(
    target: str, granularity: dt.timedelta | None, last: str
) -> None:
    """A day, week or month that is not over is left for a later run."""
    assert clamp(target, "MONDAY").last(at("2024-02-07T08:00"), granularity) == at(last)


def test_the_target_may_come_from_the_config() -> None:
    assert clamp("{{ config['by'] }}", by="MONTH").up(at("2024-01-02")) == at("2024-02-01")
    with pytest.raises(ConfigError, match="`target` of `clamping` is not a day, week or month"):
        clamp("{{ config['by'] }}", by="YEAR")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"target": "YEAR"}, "`target` is one of", id="no such target"),
        pytest.param({"target": "NO_CLAMPING"}, "`target` is one of", id="none is not said here"),
        pytest.param({"target": "WEEK"}, "weeks need `target_details`", id="weeks begin with some day"),
        pytest.param(
            {"target": "WEEK", "target_details": {"weekday": "monday"}}, "weeks need", id="in capitals"
        ),
    ],
)
def test_what_is_no_boundary_is_told_at_load(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        component(json.dumps({"type": "Clamping", **settings}), CLAMPING)


MONTHS = {
    "type": "DatetimeBasedCursor",
    "cursor_field": "at",
    "datetime_format": "%Y-%m-%d",
    "start_datetime": "2024-01-04",
    "end_datetime": "2024-05-20",
    "clamping": {"target": "MONTH"},
}


@pytest.mark.parametrize(
    ("settings", "saved", "planned"),
    [
        pytest.param(
            {"step": "P1M", "cursor_granularity": "P1D"},
            {},
            ["2024-02-01..2024-02-29", "2024-03-01..2024-03-31", "2024-04-01..2024-04-30"],
            id="whole months",
        ),
        pytest.param(
            {"step": "P40D", "cursor_granularity": "P1D"},
            {},
            ["2024-02-01..2024-03-31", "2024-04-01..2024-04-30"],
            id="a step goes up to the next one",
        ),
        pytest.param({}, {}, ["2024-02-01..2024-05-01"], id="no step: one window, up to the boundary"),
        pytest.param(
            {"step": "P1M", "cursor_granularity": "P1D"},
            {"at": "2024-03-31"},
            ["2024-04-01..2024-04-30"],
            id="from a saved state on",
        ),
        pytest.param({}, {"at": "2024-04-30"}, [], id="until a month is over there is nothing"),
    ],
)
def test_windows_keep_to_boundaries(
    settings: dict[str, Any], saved: dict[str, str], planned: list[str]
) -> None:
    cursor = component(json.dumps({**MONTHS, **settings}), CURSOR).build(Fakes().resources())

    windows = cursor.windows(cursor.open(saved))

    assert [f"{window['start_time']}..{window['end_time']}" for window in windows] == planned


def test_the_state_advances_past_the_part_that_is_left_out() -> None:
    """Otherwise it would stand still for ever, and every run would read all months again."""
    cursor = component(json.dumps({**MONTHS, "step": "P1M", "cursor_granularity": "P1D"}), CURSOR).build(
        Fakes().resources()
    )
    progress = cursor.open({"at": "2024-01-10"})

    for window, day in zip(cursor.windows(progress), ("02-11", "03-12", "04-13"), strict=True):
        progress = cursor.close(progress, window, cursor.highest([{"at": f"2024-{day}"}]))

    assert cursor.dump(progress) == {"at": "2024-04-13"}
