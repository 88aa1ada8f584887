from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from tests.runtime.components.cursors.january import BY_TEN, DAYS, cursor, windows

from penstock.components.cursors import CURSOR
from penstock.errors import ConfigError, ManifestError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import Fakes, component


@pytest.mark.parametrize(
    ("settings", "saved", "planned"),
    [
        pytest.param({}, {}, ["2024-01-01..2024-01-31"], id="without a step there is one window"),
        pytest.param(
            BY_TEN,
            {},
            ["2024-01-01..2024-01-10", "2024-01-11..2024-01-20", "2024-01-21..2024-01-31"],
            id="a window ends one granularity before the next, the last at the end",
        ),
        pytest.param(
            {"step": "P15D", "cursor_granularity": "PT0S"},
            {},
            ["2024-01-01..2024-01-16", "2024-01-16..2024-01-31"],
            id="no granularity, and they share a boundary",
        ),
        pytest.param(
            {"step": "P1M", "cursor_granularity": "P1D", "end_datetime": "2024-03-10"},
            {},
            ["2024-01-01..2024-01-31", "2024-02-01..2024-02-29", "2024-03-01..2024-03-10"],
            id="months have the length that they have",
        ),
        pytest.param(
            {}, {"updated_at": "2024-01-15"}, ["2024-01-15..2024-01-31"], id="from the saved day on"
        ),
        pytest.param(
            {}, {"updated_at": "2023-06-01"}, ["2024-01-01..2024-01-31"], id="but not before the start"
        ),
        pytest.param(
            {**BY_TEN, "lookback_window": "P3D"},
            {"updated_at": "2024-01-15"},
            ["2024-01-12..2024-01-21", "2024-01-22..2024-01-31"],
            id="and a lookback window before it",
        ),
        pytest.param(
            {"lookback_window": "P1M"},
            {"updated_at": "2024-01-15"},
            ["2024-01-01..2024-01-31"],
            id="which never begins before the start",
        ),
        pytest.param({}, {"updated_at": "2024-01-31"}, [], id="nothing is left at the end"),
        pytest.param(
            BY_TEN,
            {"updated_at": "2024-01-31"},
            ["2024-01-31..2024-01-31"],
            id="but with a granularity, what came on the last day is",
        ),
        pytest.param(
            {**BY_TEN, "is_compare_strictly": True}, {"updated_at": "2024-01-31"}, [], id="unless strictly"
        ),
        pytest.param(BY_TEN, {"updated_at": "2024-02-02"}, [], id="nothing is left after the end"),
    ],
)
def test_windows_cover_what_is_left(
    settings: dict[str, Any], saved: dict[str, Any], planned: list[str]
) -> None:
    """From the saved moment less the lookback window to the end, in steps, oldest first."""
    assert windows(cursor(settings), saved) == planned


def test_a_cursor_without_an_end_reads_up_to_now() -> None:
    """Now is asked at each use, so a long run does not stop at the moment it was planned."""
    fakes = Fakes(now=dt.datetime(2024, 1, 9, 18, tzinfo=dt.UTC))
    open_ended = component(json.dumps({**DAYS, "end_datetime": None}), CURSOR).build(fakes.resources())

    assert windows(open_ended, {}) == ["2024-01-01..2024-01-09"]
    fakes.now += dt.timedelta(days=1)
    assert windows(open_ended, {}) == ["2024-01-01..2024-01-10"]


def test_the_config_may_set_start_step_and_lookback() -> None:
    """Templates of a cursor see the config, and are evaluated when the stream is built."""
    configured = cursor(
        {
            "cursor_field": "{{ config['field'] }}",
            "start_datetime": {"datetime": "{{ config['since'] }}", "min_datetime": "2024-01-03"},
            "step": "P{{ config['days'] }}D",
            "cursor_granularity": "P1D",
            "lookback_window": "P{{ config['back'] }}D",
            "end_datetime": "2024-01-10",
        },
        field="seen",
        since="2023-01-01",
        days=4,
        back=2,
    )

    assert configured.field == "seen"
    assert windows(configured, {}) == ["2024-01-03..2024-01-06", "2024-01-07..2024-01-10"]
    assert windows(configured, {"seen": "2024-01-09"}) == ["2024-01-07..2024-01-10"]


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        pytest.param({}, ["10", "20", "31", "none", "odd"], id="from the state to the end, both included"),
        pytest.param(
            {"lookback_window": "P6D"}, ["04", "10", "20", "31", "none", "odd"], id="less the lookback window"
        ),
    ],
)
def test_a_cursor_tells_which_records_are_new(settings: dict[str, Any], kept: list[str]) -> None:
    """For an API that cannot filter. A record without a usable value counts as new."""
    records: dict[str, Any] = {day: f"2024-01-{day}" for day in ("03", "04", "10", "20", "31")}
    records |= {"late": "2024-02-01", "none": None, "odd": "soon"}
    daily = cursor(settings)

    belongs = daily.belongs(daily.open({"updated_at": "2024-01-10"}))

    assert [name for name, value in records.items() if belongs({"updated_at": value})] == kept


@pytest.mark.parametrize(
    ("flags", "filters_here", "ends_paging"),
    [
        pytest.param({}, False, False, id="the API filters"),
        pytest.param({"is_client_side_incremental": True}, True, False, id="it does not"),
        pytest.param({"is_data_feed": True}, False, True, id="it gives the newest first"),
        pytest.param(
            {"is_data_feed": True, "is_client_side_incremental": True}, False, True, id="a feed comes first"
        ),
    ],
)
def test_an_api_that_cannot_filter_is_filtered_here(
    flags: dict[str, bool], filters_here: bool, ends_paging: bool
) -> None:
    """A data feed also ends paging at the first old record, which only works newest first."""
    flagged = cursor(flags)

    assert (flagged.filters_here, flagged.ends_paging) == (filters_here, ends_paging)


def test_a_window_goes_into_the_request() -> None:
    """Under the names that the options give; templates read it under those of the partition fields."""
    injecting = cursor(
        {
            "start_time_option": {"inject_into": "request_parameter", "field_name": "since"},
            "end_time_option": {"inject_into": "header", "field_name": "Until"},
            "partition_field_start": "from",
            "partition_field_end": "to",
        }
    )

    [window] = injecting.windows(injecting.open({}))

    assert window == {"from": "2024-01-01", "to": "2024-01-31"}
    assert injecting.options(window) == RequestOptions({"since": "2024-01-01"}, {"Until": "2024-01-31"})
    assert injecting.options({}) == RequestOptions()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"step": "P1D"}, "set together or not at all", id="a step without a granularity"),
        pytest.param(
            {"clamping": {"target": "YEAR"}}, "`target` is one of", id="boundaries that there are not"
        ),
    ],
)
def test_settings_that_cannot_be_are_told_at_load(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        cursor(settings)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({**BY_TEN, "step": "10 days"}, "`step` is not an ISO-8601 duration", id="a step"),
        pytest.param({**BY_TEN, "step": "P0D"}, "`step` is not longer than nothing", id="a step of nothing"),
        pytest.param(
            {"step": "PT1H", "cursor_granularity": "P1D"},
            "`step` is shorter than `cursor_granularity`",
            id="a step that is shorter than the granularity",
        ),
        pytest.param({**BY_TEN, "step": "-P1D"}, "`step` is not longer than nothing", id="a step back"),
        pytest.param(
            {"lookback_window": "3"}, "`lookback_window` is not an ISO-8601", id="a lookback window"
        ),
        pytest.param({"start_datetime": "{{ config['since'] }}"}, "not written as `%Y-%m-%d`", id="no start"),
        pytest.param({"start_datetime": "01/02/2024"}, "not written as `%Y-%m-%d`", id="another format"),
    ],
)
def test_values_that_do_not_fit_are_told_at_build(settings: dict[str, Any], told: str) -> None:
    """The message names the setting and the format, never the value."""
    with pytest.raises(ConfigError, match=told) as raised:
        cursor(settings, since="")
    assert "01/02" not in str(raised.value)


@pytest.mark.parametrize(
    ("allowed", "chosen", "field"),
    [
        pytest.param(True, {"orders": ("seen_at",)}, "seen_at", id="that of the catalog"),
        pytest.param(
            True, {"orders": ()}, "updated_at", id="that of the manifest, where the catalog has none"
        ),
        pytest.param(True, {"orders": ("",)}, "updated_at", id="or an empty one"),
        pytest.param(True, {"people": ("seen_at",)}, "updated_at", id="or one for another stream"),
        pytest.param(False, {"orders": ("seen_at",)}, "updated_at", id="or where it may not choose"),
    ],
)
def test_the_catalog_may_choose_the_cursor_field(
    allowed: bool, chosen: dict[str, tuple[str, ...]], field: str
) -> None:
    settings = {**DAYS, "allow_catalog_defined_cursor_field": allowed}
    using = replace(Fakes().resources(), cursor_fields=chosen)

    assert component(json.dumps(settings), CURSOR).build(using).field == field


def test_a_cursor_field_inside_an_object_is_refused() -> None:
    """The catalog can name one; records are looked into at their top only."""
    settings = {**DAYS, "allow_catalog_defined_cursor_field": True}
    using = replace(Fakes().resources(), cursor_fields={"orders": ("owner", "at")})

    with pytest.raises(ConfigError, match="stream orders: the catalog's cursor field is inside an object"):
        component(json.dumps(settings), CURSOR).build(using)
