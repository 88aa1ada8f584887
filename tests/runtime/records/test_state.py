from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from penstock.components.cursors import CURSOR
from penstock.errors import ConfigError
from penstock.expressions.scope import Slice
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.masking.masker import Masker
from penstock.records.cursor import Cursor, Record
from penstock.records.state import MOST_PARTITIONS, NO_CURSOR, StreamState, Work, open_state
from penstock.records.stream import ParentsRead, Partition, Router, StreamPlan, WindowTest
from penstock.testing.fakes import built

Json = Any


@dataclass(frozen=True)
class Parts:
    """A router that gives what it is told."""

    given: tuple[Partition | ParentsRead, ...]

    def partitions(self, saved: Mapping[str, Json]) -> Iterator[Partition | ParentsRead]:
        return iter(self.given)

    def options(self, slice_: Slice) -> RequestOptions:
        return NO_OPTIONS


@dataclass(frozen=True)
class Unread:
    """A retriever of a stream of which nothing is read here."""

    router: Router | None

    def read(self, slice_: Slice, test: WindowTest | None) -> Iterator[list[Record]]:
        return iter(())


@cache
def daily(settings: str = "") -> Cursor:
    """A cursor over January 2024, in days."""
    return built(
        f"""
        {{type: DatetimeBasedCursor, cursor_field: at, datetime_format: "%Y-%m-%d",
         start_datetime: "2024-01-01", end_datetime: "2024-01-31", {settings}}}
        """,
        CURSOR,
    )


IN_TWO = 'step: "P20D", cursor_granularity: "P1D"'
FOR_ALL = "global_substream_cursor: true"


def stream(cursor: Cursor | None, *parts: Partition | ParentsRead) -> StreamPlan:
    """A stream with these partitions, or with none."""
    return StreamPlan("orders", dict, None, cursor, Unread(Parts(parts) if parts else None), Masker([]))


def works(state: StreamState) -> list[Work]:
    """The slices that are planned."""
    return [work for work in state.work() if isinstance(work, Work)]


def starts(state: StreamState) -> list[str]:
    """Where each slice begins."""
    return [work.window["start_time"] for work in works(state)]


def done(state: StreamState, work: Work, day: str | None) -> bool:
    """Tell the state that a slice is read, and its furthest record is of this day; gives whether it changed."""
    return state.done(work, daily().highest([{"at": day}]))


A, B = Partition({"team": "a"}), Partition({"team": "b"})

SAVED: dict[str, Json] = {
    "use_global_cursor": False,
    "states": [{"partition": {"team": "a"}, "cursor": {"at": "2024-01-05"}}],
    "state": {"at": "2024-01-20"},
    "lookback_window": 2 * 86_400,
}
"""What an earlier run that knew partition `a` alone has saved."""


def test_a_stream_without_a_cursor_saves_that_it_has_none() -> None:
    """And reads all of it each time, whatever was saved."""
    state = open_state(stream(None), {"at": "2024-01-05"})

    [work] = works(state)

    assert work.slice == Slice()
    assert not state.done(work, None)
    assert state.dump() == NO_CURSOR == {"__ab_no_cursor_state_message": True}


def test_a_partition_that_comes_twice_is_read_twice_without_a_cursor() -> None:
    """There is no state in which the second one could be told from the first."""
    state = open_state(stream(None, A, B, A, ParentsRead({})), {})

    assert [work.slice["team"] for work in works(state)] == ["a", "b", "a"]


def test_a_stream_without_partitions_saves_the_cursor() -> None:
    state = open_state(stream(daily(IN_TWO)), {})
    first, second = works(state)

    state.failed(first)
    assert done(state, second, "2024-01-25")
    assert state.dump() == {"at": "2024-01-01"}
    assert done(state, first, "2024-01-07")
    assert state.dump() == {"at": "2024-01-25"}


def test_each_partition_has_a_state_of_its_own() -> None:
    """`state` and `lookback_window` are those of the run before until all of this one is done."""
    state = open_state(stream(daily(), A, B, ParentsRead({})), {})
    first, second = works(state)

    assert state.dump() == {"use_global_cursor": False, "states": [], "lookback_window": 0}
    assert done(state, second, "2024-01-25")
    assert state.dump() == {
        "use_global_cursor": False,
        "states": [{"partition": {"team": "b"}, "cursor": {"at": "2024-01-25"}}],
        "lookback_window": 0,
    }
    assert done(state, first, None)
    state.finish(ParentsRead({}), seconds=6.2)
    assert state.dump() == {
        "use_global_cursor": False,
        "states": [
            {"partition": {"team": "b"}, "cursor": {"at": "2024-01-25"}},
            {"partition": {"team": "a"}, "cursor": {"at": "2024-01-01"}},
        ],
        "state": {"at": "2024-01-25"},
        "lookback_window": 7,
        "parent_state": {},
    }


def test_a_partition_is_saved_once_all_its_windows_are_done() -> None:
    state = open_state(stream(daily(IN_TWO), A), {})
    first, second = works(state)

    assert [done(state, second, "2024-01-25"), done(state, first, None)] == [False, True]
    assert state.dump()["states"] == [{"partition": {"team": "a"}, "cursor": {"at": "2024-01-25"}}]


def test_a_slice_that_failed_holds_back_what_holds_for_all() -> None:
    """A partition that appears later must not begin past what was not read."""
    state = open_state(stream(daily(), A, B, ParentsRead({"parents": {"at": "2024-01-09"}})), SAVED)
    first, second = works(state)

    state.failed(first)
    done(state, second, "2024-01-25")
    state.finish(ParentsRead({"parents": {"at": "2024-01-09"}}), seconds=6.2)

    assert state.dump() == {
        **SAVED,
        "states": [*SAVED["states"], {"partition": {"team": "b"}, "cursor": {"at": "2024-01-25"}}],
    }


@pytest.mark.parametrize(
    ("settings", "saved", "begins"),
    [
        pytest.param("", {}, ["2024-01-01", "2024-01-01"], id="no state"),
        pytest.param("", SAVED, ["2024-01-05", "2024-01-18"], id="its own, or a run before that of all"),
        pytest.param(
            "",
            {**SAVED, "lookback_window": 86_400 * 365},
            ["2024-01-05", "2024-01-01"],
            id="but not before the start",
        ),
        pytest.param(
            "",
            {"states": SAVED["states"]},
            ["2024-01-05", "2024-01-01"],
            id="of an old version, without one of all",
        ),
        pytest.param(
            "",
            {**SAVED, "use_global_cursor": True},
            ["2024-01-05", "2024-01-18"],
            id="its own too where the state says one for all",
        ),
        pytest.param(
            FOR_ALL, SAVED, ["2024-01-05", "2024-01-18"], id="what the state says wins over the manifest"
        ),
        pytest.param("", {"at": "2024-01-09"}, ["2024-01-09", "2024-01-09"], id="of a stream not yet split"),
        pytest.param(
            "",
            {
                "state_type": "date-range",
                "slices": [
                    {"start": "2024-01-01", "end": "2024-01-09", "most_recent_cursor_value": "2024-01-08"}
                ],
            },
            ["2024-01-08", "2024-01-08"],
            id="of a stream not yet split, by ranges",
        ),
        pytest.param(
            FOR_ALL,
            {"state": {"at": "2024-01-09"}, "use_global_cursor": True},
            ["2024-01-09", "2024-01-09"],
            id="that of all",
        ),
        pytest.param("", NO_CURSOR, ["2024-01-01", "2024-01-01"], id="of a stream that had no cursor"),
        pytest.param(
            "",
            {"a": {"at": "2024-01-09"}},
            ["2024-01-01", "2024-01-01"],
            id="of the first partitioned streams, by bare values",
        ),
    ],
)
def test_a_partition_begins_at_the_saved_state(
    settings: str, saved: Mapping[str, Json], begins: list[str]
) -> None:
    """At its own; a new one a little before that of all, for it may have been there during the last run."""
    assert starts(open_state(stream(daily(settings), A, B), saved)) == begins


def test_a_partition_is_found_whatever_the_order_of_its_keys() -> None:
    saved = json.loads('{"states": [{"partition": {"b": 1, "a": "é"}, "cursor": {"at": "2024-01-09"}}]}')

    state = open_state(stream(daily(), Partition({"a": "é", "b": 1})), saved)

    assert starts(state) == ["2024-01-09"]


def test_a_partition_that_comes_twice_is_read_once_with_a_cursor() -> None:
    """Both would be one in the state."""
    state = open_state(stream(daily(), A, B, Partition({"team": "a"}, {"name": "again"})), {})

    assert [work.slice["team"] for work in works(state)] == ["a", "b"]


def test_the_state_of_a_partition_that_is_gone_is_kept() -> None:
    """It may come back, and is not read again then."""
    state = open_state(stream(daily(), B), SAVED)
    [work] = works(state)

    done(state, work, "2024-01-25")

    assert [saved["partition"]["team"] for saved in state.dump()["states"]] == ["a", "b"]


def test_a_partition_with_nothing_left_is_noted_all_the_same() -> None:
    """It is done, so that it does not hold back the others."""
    saved = {"states": [{"partition": {"team": "a"}, "cursor": {"at": "2024-02-09"}}]}
    state = open_state(stream(daily(), A, B), saved)
    first, second = works(state)

    assert (first.idle, second.idle) == (True, False)
    state.done(first, None)
    done(state, second, "2024-01-25")
    state.finish(None, 1.0)
    assert state.dump()["state"] == {"at": "2024-01-25"}
    assert state.dump()["states"][0] == saved["states"][0]


def test_one_state_for_all_advances_at_the_end_only() -> None:
    """Until then a partition that is not read yet would begin too late."""
    state = open_state(stream(daily(FOR_ALL), A, B), {})
    first, second = works(state)

    assert [done(state, first, "2024-01-25"), done(state, second, "2024-01-09")] == [False, False]
    assert state.dump() == {"use_global_cursor": True, "lookback_window": 0}
    state.finish(None, 0.2)
    assert state.dump() == {"use_global_cursor": True, "state": {"at": "2024-01-25"}, "lookback_window": 1}


def test_one_state_for_all_does_not_go_back() -> None:
    saved = {"use_global_cursor": True, "state": {"at": "2024-01-25"}, "lookback_window": 9 * 86_400}
    state = open_state(stream(daily(FOR_ALL), A), saved)
    [work] = works(state)

    done(state, work, "2024-01-18")
    state.finish(None, 3.0)

    assert state.dump()["state"] == {"at": "2024-01-25"}


def test_too_many_partitions_share_one_state() -> None:
    """Past MOST_PARTITIONS a state of each would be larger than what it saves."""
    parts = [Partition({"id": number}) for number in range(MOST_PARTITIONS + 1)]
    state = open_state(stream(daily(), *parts), {})
    for work in state.work():
        assert isinstance(work, Work)
        done(state, work, "2024-01-25")

    state.finish(None, 1.0)

    assert state.dump() == {"use_global_cursor": True, "state": {"at": "2024-01-25"}, "lookback_window": 1}


@pytest.mark.parametrize("settings", [pytest.param("", id="of its own"), pytest.param(FOR_ALL, id="of all")])
def test_the_state_of_the_parents_waits_for_the_partitions_before_it(settings: str) -> None:
    """A partition's `parent_state` holds once every partition before it is done, in whatever order they come."""
    parts = [
        Partition({"id": number}, {}, {"parents": {"at": f"2024-01-0{number}"}}) for number in (1, 2, 3, 4)
    ]
    state = open_state(stream(daily(settings), *parts, ParentsRead({"parents": {"at": "2024-01-09"}})), {})
    first, second, third, fourth = works(state)

    told = []
    for work in (second, first, fourth, third):
        done(state, work, "2024-01-20")
        told.append(state.dump().get("parent_state", {}).get("parents", {}).get("at"))
    state.finish(ParentsRead({"parents": {"at": "2024-01-09"}}), 1.0)

    assert told == [None, "2024-01-02", "2024-01-02", "2024-01-04"]
    assert state.dump()["parent_state"] == {"parents": {"at": "2024-01-09"}}


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param({"states": [{"partition": {"team": "a"}}]}, id="a partition without a cursor"),
        pytest.param({"states": ["a"]}, id="a partition that is a text"),
        pytest.param({"state": "2024-01-05"}, id="a state of all that is a text"),
        pytest.param({"state": {}, "lookback_window": "long"}, id="a lookback window that is a word"),
        pytest.param({"state_type": "date-range", "slices": [{}]}, id="a range without ends"),
    ],
)
def test_a_state_of_another_shape_is_told(saved: Mapping[str, Json]) -> None:
    """To go on as if there were none would read everything again in silence."""
    with pytest.raises(ConfigError, match="stream orders: the saved state is not of a shape"):
        open_state(stream(daily(), A), saved)


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(NO_CURSOR, id="of a stream that had no cursor"),
        pytest.param({"at": "2024-01-09", "note": 1}, id="of a stream that was not split"),
        pytest.param({"a": {"at": "2024-01-09"}}, id="by bare values"),
    ],
)
def test_what_a_partition_does_not_know_is_left_behind(saved: Mapping[str, Json]) -> None:
    """Keys of a stream that was not split say nothing of its partitions."""
    state = open_state(stream(daily(), A), saved)
    [work] = works(state)

    done(state, work, "2024-01-25")
    state.finish(None, 1.0)

    assert state.dump() == {
        "use_global_cursor": False,
        "states": [{"partition": {"team": "a"}, "cursor": {"at": "2024-01-25"}}],
        "state": {"at": "2024-01-25"},
        "lookback_window": 1,
    }


def test_the_state_of_parents_that_are_gone_is_dropped_at_the_end() -> None:
    """Until then it stays: the run may break off."""
    state = open_state(stream(daily(), A), {**SAVED, "parent_state": {"teams": {"at": "2024-01-05"}}})
    [work] = works(state)

    done(state, work, "2024-01-25")
    assert state.dump()["parent_state"] == {"teams": {"at": "2024-01-05"}}
    state.finish(None, 1.0)
    assert "parent_state" not in state.dump()


def test_a_state_that_does_not_say_is_one_for_each_partition() -> None:
    """Whatever the manifest says: partitions were saved."""
    state = open_state(stream(daily(FOR_ALL), A), {"states": SAVED["states"], "state": SAVED["state"]})

    assert state.dump()["use_global_cursor"] is False
    assert starts(state) == ["2024-01-05"]


@pytest.mark.parametrize(
    ("settings", "known"),
    [
        pytest.param("", [b"{}"], id="in one window it is used"),
        pytest.param(IN_TWO, [None, None], id="in several each is requested"),
    ],
)
def test_a_first_page_that_is_known_is_that_of_one_window(settings: str, known: list[bytes | None]) -> None:
    """It knows of no windows."""
    state = open_state(stream(daily(settings), Partition({"team": "a"}, first_page=b"{}")), {})

    assert [work.slice.first_page for work in works(state)] == known
