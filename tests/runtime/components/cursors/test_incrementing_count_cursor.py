from __future__ import annotations

import json
import math
from typing import Any

import pytest

from penstock.components.cursors import CURSOR
from penstock.components.streams import STREAM
from penstock.errors import ConfigError, ManifestError
from penstock.http.request import RequestOptions
from penstock.records.cursor import Cursor
from penstock.testing.fakes import Fakes, component

COUNT = {
    "type": "IncrementingCountCursor",
    "cursor_field": "n",
    "start_value_option": {"inject_into": "request_parameter", "field_name": "after"},
}


def cursor(settings: dict[str, Any] | None = None, **config: Any) -> Cursor:
    """The cursor with more settings."""
    return component(json.dumps({**COUNT, **(settings or {})}), CURSOR).build(Fakes(config).resources())


@pytest.mark.parametrize(
    ("start", "saved", "begins"),
    [
        pytest.param(None, {}, 0, id="at zero by default"),
        pytest.param(10, {}, 10, id="at a number"),
        pytest.param("7", {}, 7, id="as text"),
        pytest.param("{{ config['first'] }}", {}, 3, id="from the config"),
        pytest.param(None, {"n": 6}, 6, id="at the saved number"),
        pytest.param(10, {"n": 6}, 10, id="but not before the start"),
        pytest.param(None, {"n": "6"}, 6, id="also where it was saved as text"),
        pytest.param(None, {"n": None}, 0, id="null is none"),
        pytest.param(None, {"__ab_no_cursor_state_message": True}, 0, id="of a stream that had no cursor"),
        pytest.param(
            None,
            {"state_type": "date-range", "slices": [{"start": 0, "end": 8, "most_recent_cursor_value": 7}]},
            8,
            id="at the end of a range",
        ),
        pytest.param(
            None,
            {"state_type": "date-range", "slices": [{"start": 5, "end": 8}, {"start": 0, "end": 2}]},
            2,
            id="at the first gap between ranges",
        ),
        pytest.param(None, {"state_type": "date-range", "slices": []}, 0, id="of no ranges"),
    ],
)
def test_there_is_one_window_without_an_end(start: Any, saved: dict[str, Any], begins: int) -> None:
    """From the saved number, or the start, on."""
    count = cursor({"start_value": start} if start is not None else {}, first=3)

    assert list(count.windows(count.open(saved))) == [{"start": begins, "end": math.inf}]


@pytest.mark.parametrize(
    ("values", "saved"),
    [
        pytest.param([5, 9, 7], 9, id="the highest"),
        pytest.param(["9", 5], 9, id="a number that is written as text"),
        pytest.param([4.5], 4.5, id="a number with a fraction"),
        pytest.param([None, "abc", True, [7], float("nan")], 4, id="what is no number does not count"),
        pytest.param([3], 4, id="it does not go back"),
        pytest.param([], 4, id="no records"),
    ],
)
def test_the_state_is_the_highest_number(values: list[Any], saved: Any) -> None:
    """A number, not text; other keys of the state stay."""
    count = cursor()
    progress = count.open({"n": 4, "note": "kept"})
    [window] = count.windows(progress)

    progress = count.close(progress, window, count.highest([{"n": value} for value in values] + [{}]))

    assert count.dump(progress) == {"n": saved, "note": "kept"}
    assert count.dump(count.open(count.dump(progress))) == count.dump(progress)


def test_the_start_goes_into_the_request() -> None:
    count = cursor()

    assert count.options({"start": 0, "end": math.inf}) == RequestOptions(params={"after": 0})
    assert count.options({}) == RequestOptions()
    assert cursor({"start_value_option": None}).options({"start": 0}) == RequestOptions()


def test_time_means_nothing_to_it() -> None:
    """It cannot be moved back by seconds, and every record that comes is new."""
    count = cursor()

    assert count.earlier(count.open({"n": 4}), 3600) == count.open({"n": 4})
    assert count.belongs(count.open({"n": 4}))({"n": 1})


def test_values_that_are_no_number_are_told() -> None:
    with pytest.raises(ConfigError, match="`start_value` is not a number"):
        cursor({"start_value": "{{ config['missing'] }}"})
    with pytest.raises(ConfigError, match="the saved state of cursor field `n` is not a number") as raised:
        cursor().open({"n": "secret"})
    assert "secret" not in str(raised.value)


def test_a_stream_that_is_split_has_no_count() -> None:
    """A count of one partition says nothing of the others."""
    stream = {
        "type": "DeclarativeStream",
        "name": "orders",
        "retriever": {
            "requester": {"url": "https://api.example.com/orders"},
            "record_selector": {"extractor": {"field_path": []}},
            "partition_router": {"type": "ListPartitionRouter", "cursor_field": "t", "values": ["a"]},
        },
        "incremental_sync": COUNT,
    }

    with pytest.raises(ManifestError, match="does not go together with a partition router"):
        component(json.dumps(stream), STREAM)
