from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.errors import StreamError
from penstock.records.paths import MISSING, delete, find, get, put

ORDER = {"id": 7, "owner": {"name": "Ada", "tags": ["a", "b"]}, "lines": [{"sku": 1}, {"sku": 2}]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param([], ORDER, id="no path is the value itself"),
        pytest.param(["id"], 7, id="a key"),
        pytest.param(["owner", "name"], "Ada", id="a key inside"),
        pytest.param(["lines", "1", "sku"], 2, id="an index as text"),
        pytest.param(["lines", 1, "sku"], 2, id="an index as a number"),
        pytest.param(["owner", "na*"], "Ada", id="a wildcard that matches once"),
        pytest.param(["**", "name"], "Ada", id="one that matches at any depth"),
        pytest.param(["none"], MISSING, id="a key that is not there"),
        pytest.param(["id", "none"], MISSING, id="a key of a number"),
        pytest.param(["lines", 2], MISSING, id="an index past the end"),
        pytest.param(["lines", -1], MISSING, id="an index does not count from the end"),
        pytest.param(["lines", "first"], MISSING, id="a word is no index"),
        pytest.param(["x*"], MISSING, id="a wildcard that matches nothing"),
    ],
)
def test_one_value_is_got_by_its_path(path: Sequence[str | int], found: Any) -> None:
    """MISSING is not null: a key may be there and hold null."""
    assert get(ORDER, path) == found
    assert get({"owner": None}, ["owner"]) is None


def test_a_wildcard_must_lead_to_one_place() -> None:
    with pytest.raises(StreamError, match="leads to more than one place") as raised:
        get(ORDER, ["lines", "*", "sku"])
    assert raised.value.failure_type == "config_error"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param(["lines", "*", "sku"], [1, 2], id="each item"),
        pytest.param(["owner", "*"], ["Ada", ["a", "b"]], id="each value"),
        pytest.param(["**", "sku"], [1, 2], id="any depth"),
        pytest.param(
            ["owner", "**"], [ORDER["owner"], "Ada", ["a", "b"], "a", "b"], id="all below, and itself"
        ),
        pytest.param(["[io]*", "name"], ["Ada"], id="keys that begin so"),
        pytest.param(["none", "*"], [], id="nothing"),
    ],
)
def test_a_wildcard_finds_many_values_in_document_order(path: Sequence[str], found: list[Any]) -> None:
    """`*` stands for one key or index, `**` for any number of them, none included."""
    assert list(find(ORDER, path)) == found


@pytest.mark.parametrize(
    ("record", "path", "made"),
    [
        pytest.param({}, ["a"], {"a": 1}, id="a new key"),
        pytest.param({"a": 0}, ["a"], {"a": 1}, id="a key that is there"),
        pytest.param({}, ["a", "b"], {"a": {"b": 1}}, id="missing objects are made"),
        pytest.param({"a": None}, ["a", "b"], {"a": {"b": 1}}, id="null counts as missing"),
        pytest.param({}, ["a", "1"], {"a": [None, 1]}, id="a number makes a list, filled up with null"),
        pytest.param({"a": [0, 0]}, ["a", "1"], {"a": [0, 1]}, id="an item that is there"),
        pytest.param({"a": []}, ["a", "0", "b"], {"a": [{"b": 1}]}, id="an object in a list"),
        pytest.param({"a": {}}, ["a", "0"], {"a": {"0": 1}}, id="a number is a key of an object"),
    ],
)
def test_a_value_is_put_where_a_path_leads(record: Any, path: Sequence[str], made: Any) -> None:
    """What is missing on the way is made."""
    put(record, path, 1)

    assert record == made


@pytest.mark.parametrize(
    ("record", "path"),
    [
        pytest.param({"a": "text"}, ["a", "b"], id="below a text"),
        pytest.param({"a": [1]}, ["a", "b"], id="a word in a list"),
        pytest.param({"a": [1]}, ["a", "0", "b"], id="below a number in a list"),
    ],
)
def test_a_value_cannot_be_put_below_a_single_value(record: Any, path: Sequence[str]) -> None:
    """That would lose the value; the message tells the key, never the value."""
    with pytest.raises(StreamError, match="there is a single value where the path goes on with `b`"):
        put(record, path, 1)


@pytest.mark.parametrize(
    ("record", "path", "left"),
    [
        pytest.param({"a": 1, "b": 2}, ["a"], {"b": 2}, id="a key"),
        pytest.param({"a": {"b": 1, "c": 2}}, ["a", "b"], {"a": {"c": 2}}, id="a key inside"),
        pytest.param({"a": 1}, ["b", "c"], {"a": 1}, id="what is not there is no problem"),
        pytest.param({"a": 1}, [], {"a": 1}, id="no path is nothing"),
        pytest.param({"tmp_a": 1, "tmp_b": 2, "c": 3}, ["tmp_*"], {"c": 3}, id="keys that begin so"),
        pytest.param({"a": {"x": 1}, "b": {"x": 2}}, ["*", "x"], {"a": {}, "b": {}}, id="under any key"),
        pytest.param(
            {"s": 1, "a": [{"s": 2, "t": {"s": 3}}]}, ["**", "s"], {"a": [{"t": {}}]}, id="at any depth"
        ),
        pytest.param({"a": {"b": 1}, "c": 2}, ["a", "**"], {"c": 2}, id="all below goes with its parent"),
        pytest.param({"a": {"b": 1}, "c": 2}, ["**"], {}, id="all of it"),
        pytest.param({"a": [1, 2, 3]}, ["a", "0"], {"a": [None, 2, 3]}, id="an item leaves null behind"),
        pytest.param({"a": [1, 2, 3]}, ["a", "2"], {"a": [1, 2]}, id="but not the last one"),
        pytest.param({"a": [1, 2]}, ["a", "*"], {"a": [None]}, id="each item"),
    ],
)
def test_what_a_path_leads_to_is_deleted(record: Any, path: Sequence[str], left: Any) -> None:
    """Other items keep their place in a list."""
    delete(record, path)

    assert record == left


def test_a_test_decides_what_is_deleted() -> None:
    record = {"a": None, "b": {"c": None, "d": 1}}

    delete(record, ["**"], lambda value: value is None)

    assert record == {"b": {"d": 1}}


KEYS = st.sampled_from(["a", "b", "1", "key"])
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, JSON, max_size=3), st.lists(KEYS, min_size=1, max_size=4), st.integers())
def test_what_was_put_is_got_and_can_be_deleted(record: Any, path: list[str], new: int) -> None:
    """`put`, `get` and `delete` agree on where a path leads."""
    made = copy.deepcopy(record)
    try:
        put(made, path, new)
    except StreamError:
        return

    assert get(made, path) == new
    delete(made, path)
    assert get(made, path) in (MISSING, None)


@given(
    st.dictionaries(KEYS, JSON, max_size=3), st.lists(KEYS | st.sampled_from(["*", "**", "k*"]), max_size=4)
)
def test_nothing_is_found_after_it_is_deleted(record: Any, path: list[str]) -> None:
    """Only the nulls that items of lists leave behind."""
    if not path or path[0] == "**":
        return
    delete(record, path)

    assert all(value is None for value in find(record, path))
