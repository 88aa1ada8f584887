from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.runtime.components.cursors.january import BY_TEN, END, cursor, windows

from penstock.errors import ConfigError


@pytest.mark.parametrize(
    ("format_", "start", "saved"),
    [
        pytest.param("%Y-%m-%d", "2024-01-01", "2024-01-05", id="days"),
        pytest.param("%Y-%m-%dT%H:%M:%SZ", "2024-01-01T00:00:00Z", "2024-01-05T06:00:00Z", id="seconds"),
        pytest.param("%s", "1704067200", "1704434400", id="an epoch is saved as text"),
        pytest.param("%s_as_float", "1704067200.0", "1704434400.0", id="an epoch with a fraction"),
        pytest.param("%ms", "1704067200000", "1704434400000", id="an epoch in milliseconds"),
        pytest.param(
            "created:[%Y-%m-%d..]", "created:[2024-01-01..]", "created:[2024-01-05..]", id="words around it"
        ),
    ],
)
def test_state_and_windows_are_written_in_the_datetime_format(format_: str, start: str, saved: str) -> None:
    """And the state that is written is one that reads back to the same windows."""
    written = cursor(
        {
            "datetime_format": format_,
            "cursor_datetime_formats": ["%Y-%m-%dT%H:%M:%S"],
            "start_datetime": start,
        }
        | END
    )
    high = written.highest([{"updated_at": "2024-01-05T06:00:00"}])
    [window] = written.windows(written.open({}))

    state = written.dump(written.close(written.open({}), window, high))

    assert window["start_time"] == start
    assert state == {"updated_at": saved}
    assert [w["start_time"] for w in written.windows(written.open(state))] == [saved]


@pytest.mark.parametrize(
    ("values", "furthest"),
    [
        pytest.param(["2024-01-04", "2024-01-09", "2024-01-02"], "2024-01-09", id="in any order"),
        pytest.param(["2024-01-04", None, "soon", ""], "2024-01-04", id="what is no moment is passed"),
        pytest.param(["2024-01-04", ["2024-01-09"], {"at": 1}], "2024-01-04", id="so is what is no value"),
        pytest.param([1704672000, "2024-01-04"], "2024-01-08", id="by the first format that fits"),
        pytest.param(["2024-02-07"], "2024-02-07", id="past the end of all windows"),
        pytest.param([None], "2024-01-01", id="no moment at all leaves the start"),
        pytest.param([], "2024-01-01", id="so does no record"),
    ],
)
def test_the_state_is_the_furthest_record(values: list[Any], furthest: str) -> None:
    """A record without a usable value does not count, and is no error."""
    daily = cursor({"cursor_datetime_formats": ["%s"]})
    [window] = daily.windows(daily.open({}))
    records = [{"updated_at": value} for value in values] + [{"id": 1}]

    progress = daily.close(daily.open({}), window, daily.highest(records))

    assert daily.dump(progress) == {"updated_at": furthest}


@pytest.mark.parametrize(
    ("settings", "saved"),
    [
        pytest.param({}, "2024-01-01", id="at the start"),
        pytest.param({"step": "P1D"}, "2024-01-28", id="on the day of the last record, which may get more"),
        pytest.param({"lookback_window": "P22D"}, "2024-01-23", id="in the lookback window"),
    ],
)
def test_a_window_that_is_not_done_holds_the_state_back(settings: dict[str, Any], saved: str) -> None:
    """Windows may finish in any order; the state goes as far as nothing is missing."""
    stepping = cursor(BY_TEN | settings)
    progress = stepping.open({"updated_at": saved})
    first, second, third = stepping.windows(progress)

    told = []
    for window in (second, third, first):
        progress = stepping.close(progress, window, stepping.highest([{"updated_at": window["end_time"]}]))
        told.append(stepping.dump(progress)["updated_at"])

    assert told == [saved, saved, "2024-01-31"]


def test_a_record_keeps_its_zone_in_the_state() -> None:
    zoned = cursor(
        {"datetime_format": "%Y-%m-%dT%H:%M:%S%z", "start_datetime": "2024-01-01T00:00:00+0000"} | END
    )
    [window] = zoned.windows(zoned.open({}))

    progress = zoned.close(
        zoned.open({}), window, zoned.highest([{"updated_at": "2024-01-05T10:00:00+05:00"}])
    )

    assert zoned.dump(progress) == {"updated_at": "2024-01-05T10:00:00+0500"}


def test_a_state_is_read_by_the_formats_of_records_first() -> None:
    """As in the reference runtime: seconds that could be milliseconds are a moment of 1970, and all is read again."""
    seconds = cursor(
        {"datetime_format": "%s", "cursor_datetime_formats": ["%ms"], "start_datetime": "1704067200"} | END
    )

    assert seconds.dump(seconds.open({"updated_at": "1704434400"})) == {"updated_at": "1704067200"}


def test_windows_that_are_written_coarsely_leave_no_gap_in_a_lookback() -> None:
    """A window to a microsecond before the next day is written as ending a day before."""
    daily = cursor({"cursor_granularity": "PT0.000001S", "step": "P5D", "lookback_window": "P7D"})
    progress = daily.open({"updated_at": "2024-01-08"})
    windows = list(daily.windows(progress))

    assert [list(window.values()) for window in windows[:2]] == [
        ["2024-01-01", "2024-01-05"],
        ["2024-01-06", "2024-01-10"],
    ]
    for window in windows[:2]:
        progress = daily.close(progress, window, dt.datetime(2024, 1, 9, tzinfo=dt.UTC))
    assert daily.dump(progress) == {"updated_at": "2024-01-09"}


def test_other_keys_of_a_saved_state_stay() -> None:
    """They may belong to a newer version, or to a platform."""
    daily = cursor({})

    saved = {"updated_at": "2024-01-05", "__ab_no_cursor_state_message": True}

    assert daily.dump(daily.open(saved)) == saved


@pytest.mark.parametrize(
    ("slices", "settings", "reached", "left"),
    [
        pytest.param([], {}, "01", ["01..31"], id="none"),
        pytest.param([("01-01", "01-20", "01-12")], {}, "12", ["20..31"], id="one from the start on"),
        pytest.param([("01-01", "01-20", None)], {}, "01", ["20..31"], id="one without a record"),
        pytest.param(
            [("01-11", "01-20", "01-19"), ("01-01", "01-08", "01-07")],
            {},
            "07",
            ["08..11", "20..31"],
            id="two, and what is between them",
        ),
        pytest.param(
            [("01-01", "01-08", "01-07"), ("01-15", "01-20", "01-19")],
            {"step": "P4D", "cursor_granularity": "P1D"},
            "07",
            ["09..12", "13..14", "20..23", "24..27", "28..31"],
            id="in steps",
        ),
        pytest.param(
            [("01-01", "01-08", "01-07"), ("01-15", "01-20", "01-19")],
            {"lookback_window": "P2D"},
            "07",
            ["08..15", "18..31"],
            id="and a lookback window before the last end",
        ),
        pytest.param(
            [("01-10", "01-20", "01-19"), ("01-01", "01-10", "01-08")],
            {},
            "19",
            ["20..31"],
            id="two that touch count as one",
        ),
        pytest.param([("01-10", "01-20", "01-19")], {}, "01", ["01..10", "20..31"], id="one after a gap"),
        pytest.param([("01-01", "01-31", "01-30")], {}, "30", [], id="one of everything"),
    ],
)
def test_a_state_of_date_ranges_is_read_too(
    slices: list[tuple[str, str, str | None]], settings: dict[str, Any], reached: str, left: list[str]
) -> None:
    """What is between the ranges is read, and what follows the last; the state is saved in the simple form then."""
    daily = cursor(settings)
    ranges = [
        {"start": f"2024-{a}", "end": f"2024-{b}", "most_recent_cursor_value": high and f"2024-{high}"}
        for a, b, high in slices
    ]

    progress = daily.open({"state_type": "date-range", "slices": ranges})

    assert daily.dump(progress) == {"updated_at": f"2024-01-{reached}"}
    assert [
        window.replace("2024-01-", "")
        for window in windows(daily, {"state_type": "date-range", "slices": ranges})
    ] == left
    for window in daily.windows(progress):
        progress = daily.close(progress, window, daily.highest([{"updated_at": window["end_time"]}]))
    assert daily.dump(progress)["updated_at"] == ("2024-01-31" if left else f"2024-01-{reached}")


def test_date_ranges_before_the_start_do_not_count() -> None:
    """One that reaches past the start counts from there on."""
    daily = cursor({})

    for start, end, begins in (("2022-01-01", "2022-12-31", "01"), ("2023-12-01", "2024-01-09", "09")):
        saved = {"state_type": "date-range", "slices": [{"start": start, "end": end}]}

        assert windows(daily, saved) == [f"2024-01-{begins}..2024-01-31"]


@pytest.mark.parametrize(
    ("seconds", "reached"),
    [
        pytest.param(2 * 86_400, "2024-01-08", id="by so many seconds"),
        pytest.param(90 * 86_400, "2024-01-01", id="but not before the start"),
    ],
)
def test_a_progress_can_be_moved_back(seconds: int, reached: str) -> None:
    """For a partition that appeared while the last run went on."""
    daily = cursor({})

    assert (
        daily.dump(daily.earlier(daily.open({"updated_at": "2024-01-10"}), seconds))["updated_at"] == reached
    )


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param({"updated_at": "05.01.2024"}, id="in the simple form"),
        pytest.param(
            {"state_type": "date-range", "slices": [{"start": "05.01.2024", "end": "2024-01-09"}]},
            id="in that of date ranges",
        ),
    ],
)
def test_a_saved_state_that_does_not_fit_is_told_without_its_value(saved: dict[str, Any]) -> None:
    """To go on from the start in silence would read everything again."""
    with pytest.raises(
        ConfigError, match="the saved state of cursor field `updated_at` does not fit"
    ) as raised:
        cursor({}).open(saved)
    assert "05.01" not in str(raised.value)
