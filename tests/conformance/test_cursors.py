"""Cursors and their states, read by airbyte-cdk and by Penstock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.conformance import differential
from tests.conformance.differential import Both
from tests.conformance.streams_text import SINCE, UNTIL, days, manifest, steady, stream, values

from penstock.testing.fake_api import Answer, FakeApi, Received

Json = Any

EVERY_THIRD = [{"id": day, "at": f"2024-01-{day:02d}"} for day in range(31, 0, -3)]
BY_TEN = "step: P10D, cursor_granularity: P1D"


def ranges(*parts: tuple[str, str, str | None]) -> Json:
    """A state of date ranges, as concurrent runs once saved it."""
    return {
        "state_type": "date-range",
        "slices": [
            {"start": f"2024-01-{a}", "end": f"2024-01-{b}"}
            | ({"most_recent_cursor_value": f"2024-01-{high}"} if high else {})
            for a, b, high in parts
        ],
    }


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(None, id="no state"),
        pytest.param({"at": "2024-01-10"}, id="a state"),
        pytest.param({"at": "2024-01-31"}, id="a state at the end"),
        pytest.param({"at": "2023-06-01", "note": "kept"}, id="a state before the start"),
        pytest.param({"__ab_no_cursor_state_message": True}, id="that of a stream without a cursor"),
    ],
)
@pytest.mark.parametrize(
    "settings",
    [
        "",
        BY_TEN,
        "lookback_window: P4D",
        f"lookback_window: P4D, {BY_TEN}",
        "is_data_feed: true",
        f"is_data_feed: true, {BY_TEN}",
        "is_client_side_incremental: true",
        "is_client_side_incremental: true, lookback_window: P4D",
        "is_client_side_incremental: true, is_compare_strictly: true",
        "is_client_side_incremental: true, is_data_feed: true",
        f"is_compare_strictly: true, {BY_TEN}",
        "partition_field_start: a, partition_field_end: b",
        "step: P15D, cursor_granularity: PT0S",
    ],
)
def test_datetime_cursors(both: Both, api: FakeApi, settings: str, state: Json) -> None:
    """Windows, records that belong, and the state."""
    api.on("/orders", EVERY_THIRD)
    states = {"orders": state} if state else None

    theirs, ours = both.read(
        api, manifest(stream(sync=days(settings))), streams=["orders"], states=states, incremental=True
    )

    assert steady(ours) == steady(theirs)
    assert not ours.failed


@pytest.mark.parametrize(
    ("settings", "saved"),
    [
        pytest.param("", ranges(("01", "09", "08")), id="one"),
        pytest.param("", ranges(("01", "09", None)), id="one without a record"),
        pytest.param("", ranges(("05", "09", "08")), id="one after a gap"),
        pytest.param("", ranges(("01", "09", "08"), ("15", "20", "18")), id="two"),
        pytest.param(
            "step: P3D, cursor_granularity: P1D",
            ranges(("01", "09", "08"), ("15", "20", "18")),
            id="in steps",
        ),
        pytest.param(
            "lookback_window: P3D",
            ranges(("01", "09", "08"), ("15", "20", "18")),
            id="with a lookback window",
        ),
        pytest.param(
            "step: P30D, cursor_granularity: P1D",
            ranges(("01", "09", "08"), ("10", "20", "18")),
            id="that touch",
        ),
    ],
)
def test_states_of_date_ranges(both: Both, api: FakeApi, settings: str, saved: Json) -> None:
    """Only what lies between them, and after the last, is read."""
    api.on("/orders", EVERY_THIRD)

    theirs, ours = both.read(
        api,
        manifest(stream(sync=days(settings))),
        streams=["orders"],
        states={"orders": saved},
        incremental=True,
    )

    assert steady(ours) == steady(theirs)


@pytest.mark.parametrize(
    ("clamping", "settings"),
    [
        ("{target: DAY}", ""),
        ("{target: DAY}", BY_TEN),
        ("{target: DAY}", "step: P1D, cursor_granularity: PT1S"),
        ("{target: DAY}", "step: P1D, cursor_granularity: PT0S"),
        ("{target: WEEK, target_details: {weekday: MONDAY}}", "step: P1W, cursor_granularity: P1D"),
        ("{target: WEEK, target_details: {weekday: SUNDAY}}", "step: P3D, cursor_granularity: P1D"),
        ("{target: WEEK}", "step: P1W, cursor_granularity: P1D"),
        ("{target: MONTH}", ""),
        ("{target: MONTH}", "step: P1M, cursor_granularity: P1D"),
        ("{target: MONTH}", "step: P40D, cursor_granularity: P1D"),
        ("{target: \"{{ config['by'] }}\"}", "step: P1M, cursor_granularity: P1D"),
        ("{target: YEAR}", ""),
        ("{target: NO_CLAMPING}", ""),
    ],
)
@pytest.mark.parametrize(("start", "end"), [("2024-01-01", "2024-05-01"), ("2024-01-04", "2024-05-20")])
def test_windows_that_keep_to_boundaries(
    both: Both, api: FakeApi, clamping: str, settings: str, start: str, end: str
) -> None:
    """The same requests; the state is compared where the first window begins at the start (see DIFFERENCES.md)."""
    api.on("/orders", [{"id": 1, "at": "2024-01-15"}])
    sync = days(f"clamping: {clamping}{', ' + settings if settings else ''}", start=start, end=end)

    theirs, ours = both.read(
        api, manifest(stream(sync=sync)), {"by": "MONTH"}, streams=["orders"], incremental=True
    )

    assert (ours.failed, ours.requests, ours.records) == (theirs.failed, theirs.requests, theirs.records)
    if not ours.failed and [["since", start]] in [
        request[2][:1] for request in map(_as_lists, ours.requests)
    ]:
        assert steady(ours).states == steady(theirs).states


def _as_lists(request: Json) -> Json:
    return json.loads(json.dumps(request))


COUNT = "{type: IncrementingCountCursor, cursor_field: n, %s}"
PUT = "start_value_option: {type: RequestOption, inject_into: request_parameter, field_name: since}"
NUMBERS = [{"id": 1, "n": 5}, {"id": 2, "n": 9}, {"id": 3, "n": 7}, {"id": 4}, {"id": 5, "n": None}]


@pytest.mark.parametrize(
    ("settings", "state", "answer"),
    [
        pytest.param(PUT, None, NUMBERS, id="from zero"),
        pytest.param(f"start_value: 10, {PUT}", None, NUMBERS, id="from a number"),
        pytest.param(f'start_value: "7", {PUT}', None, NUMBERS, id="from a text"),
        pytest.param(
            f"start_value: \"{{{{ config['first'] }}}}\", {PUT}", None, NUMBERS, id="from the config"
        ),
        pytest.param(f"start_value: x, {PUT}", None, NUMBERS, id="from no number"),
        pytest.param(PUT, {"n": 6}, NUMBERS, id="a state"),
        pytest.param(PUT, {"n": 6, "z": 1}, NUMBERS, id="with another key"),
        pytest.param(f"start_value: 10, {PUT}", {"n": 6}, NUMBERS, id="before the start"),
        pytest.param(PUT, {"__ab_no_cursor_state_message": True}, NUMBERS, id="of a stream without a cursor"),
        pytest.param(
            PUT,
            {"state_type": "date-range", "slices": [{"start": 0, "end": 8, "most_recent_cursor_value": 7}]},
            NUMBERS,
            id="of ranges",
        ),
        pytest.param(PUT, {"n": 6}, [], id="no records"),
        pytest.param(PUT, None, [{"id": 1, "n": 2.5}], id="fractions"),
        pytest.param(PUT, {"n": 6}, Answer({}, 400), id="a refusal"),
        pytest.param("", None, NUMBERS, id="nowhere in the request"),
    ],
)
def test_counts(both: Both, api: FakeApi, settings: str, state: Json, answer: Json) -> None:
    api.on("/orders", lambda request: answer)
    sync = COUNT % settings

    theirs, ours = both.read(
        api,
        manifest(stream(sync=sync)),
        {"first": 3},
        streams=["orders"],
        states={"orders": state} if state else None,
        incremental=True,
    )

    assert steady(ours) == steady(theirs)


KNOWN = {"partition": {"team": "a"}, "cursor": {"at": "2024-01-05"}}
SAVED = {
    "use_global_cursor": False,
    "states": [KNOWN],
    "state": {"at": "2024-01-20"},
    "lookback_window": 259_200,
}


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(SAVED, id="of each partition"),
        pytest.param({**SAVED, "use_global_cursor": True}, id="of each, with one for all"),
        pytest.param({**SAVED, "lookback_window": 2.5}, id="with part of a second"),
        pytest.param({**SAVED, "more": 1}, id="with another key"),
        pytest.param({"states": [KNOWN]}, id="of each, without one for all"),
        pytest.param({"states": [KNOWN], "state": {"at": "2024-01-20"}}, id="of an older version"),
        pytest.param({"states": [], "use_global_cursor": False}, id="of no partition"),
        pytest.param({**SAVED, "state": {}}, id="with nothing for all"),
        pytest.param(
            {"use_global_cursor": True, "state": {"at": "2024-01-20"}, "lookback_window": 86_400}, id="of all"
        ),
        pytest.param({"state": {"at": "2024-01-20"}, "lookback_window": 1}, id="of all, but of each"),
        pytest.param({"at": "2024-01-12"}, id="of a stream that was not split"),
        pytest.param({"at": "2024-01-12", "z": 1}, id="of one, with another key"),
        pytest.param({"__ab_no_cursor_state_message": True}, id="of a stream without a cursor"),
        pytest.param({"__ab_full_refresh_sync_complete": True}, id="of a full refresh of old"),
        pytest.param({"a": {"at": "2024-01-07"}}, id="by bare values"),
        pytest.param(
            {"use_global_cursor": False, "parent_state": {"p": {"at": "2024-01-02"}}}, id="of parents alone"
        ),
        pytest.param(
            {"states": [{"partition": {"team": "a"}, "cursor": ranges(("01", "09", "08"))}]}, id="of ranges"
        ),
    ],
)
@pytest.mark.parametrize("settings", ["", "global_substream_cursor: true", "lookback_window: P2D"])
def test_states_of_partitions(both: Both, api: FakeApi, saved: Json, settings: str) -> None:
    """Every shape in which the reference runtime saved state opens, and is saved on in the same shape."""

    def orders(request: Received) -> Json:
        return [{"id": 1, "at": "2024-01-25"}] if request.params["team"] == "a" else []

    api.on("/orders", orders)

    theirs, ours = both.read(
        api,
        manifest(stream(sync=days(settings), router=values("a", "b"))),
        streams=["orders"],
        states={"orders": saved},
        incremental=True,
    )

    assert steady(ours) == steady(theirs)


@pytest.mark.parametrize("settings", ["", "global_substream_cursor: true"])
def test_what_we_save_opens_there(both: Both, api: FakeApi, settings: str) -> None:
    """And leads to the same requests as what they save."""
    api.on("/orders", [{"id": 1, "at": "2024-01-25"}])
    text = manifest(stream(sync=days(settings), router=values("a", "b")))
    for saved in [result.states for result in both.read(api, text, streams=["orders"], incremental=True)]:
        theirs, ours = both.read(api, text, streams=["orders"], states=dict(saved), incremental=True)

        assert steady(ours) == steady(theirs)
        assert ours.requests[0][2][0] in (("since", "2024-01-24"), ("since", "2024-01-25"))


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(["seen"], id="another"),
        pytest.param([], id="none"),
        pytest.param([""], id="an empty one"),
        pytest.param(["at", "seen"], id="one inside an object"),
    ],
)
@pytest.mark.parametrize("allowed", ["true", "false"])
def test_the_catalog_may_choose_the_cursor_field(
    both: Both, api: FakeApi, monkeypatch: pytest.MonkeyPatch, chosen: list[str], allowed: str
) -> None:
    configured = differential._configured

    def with_field(name: str, mode: str) -> Mapping[str, Json]:
        return {**configured(name, mode), "cursor_field": chosen}

    monkeypatch.setattr(differential, "_configured", with_field)
    api.on("/orders", [{"id": 1, "at": "2024-01-12", "seen": "2024-01-25"}])

    theirs, ours = both.read(
        api,
        manifest(stream(sync=days(f"allow_catalog_defined_cursor_field: {allowed}"))),
        streams=["orders"],
        states={"orders": {"at": "2024-01-05", "seen": "2024-01-07"}},
        incremental=True,
    )

    assert steady(ours) == steady(theirs)


@pytest.mark.parametrize(
    ("zone", "format_"),
    [
        pytest.param("+00:00", "%Y-%m-%dT%H:%M:%SZ", id="of UTC"),
        pytest.param("-05:00", "%Y-%m-%dT%H:%M:%S%z", id="of the west, in a format with zones"),
        pytest.param("+05:00", "%Y-%m-%dT%H:%M:%S%z", id="of the east, in a format with zones"),
    ],
)
def test_the_zone_of_a_record_is_kept(both: Both, api: FakeApi, zone: str, format_: str) -> None:
    api.on("/orders", [{"id": 1, "at": f"2024-01-15T10:00:00{zone}"}])
    sync = f"""{{type: DatetimeBasedCursor, cursor_field: at, datetime_format: "{format_}",
      cursor_datetime_formats: ["%Y-%m-%dT%H:%M:%S%z"], {SINCE}, {UNTIL},
      start_datetime: {{type: MinMaxDatetime, datetime: "2024-01-01", datetime_format: "%Y-%m-%d"}},
      end_datetime: {{type: MinMaxDatetime, datetime: "2024-01-31", datetime_format: "%Y-%m-%d"}}}}"""

    theirs, ours = both.read(api, manifest(stream(sync=sync)), streams=["orders"], incremental=True)

    assert steady(ours) == steady(theirs)
