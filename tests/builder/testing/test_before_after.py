from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from penstock_builder.detect.schema import schema
from penstock_builder.testing.before_after import GONE, Masked, as_before, masked_values, shape, told_after

BEFORE = {
    "id": 1,
    "name": "Ada Novak",
    "tags": ["a", "b"],
    "home": {"city": "Leeds", "street": "3 Canal Street"},
}
AFTER = {"id": 1, "name": "***", "tags": ["a", "***"], "home": {"city": "Leeds"}}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def test_what_masks_changed_is_told_by_path() -> None:
    """Values that stay are not listed; one that is dropped is GONE."""
    assert list(masked_values(BEFORE, AFTER)) == [
        Masked("name", "Ada Novak", "***"),
        Masked("tags[1]", "b", "***"),
        Masked("home.street", "3 Canal Street", GONE),
    ]


def test_a_key_that_does_not_leave_is_not_told() -> None:
    """It may be data, such as an e-mail."""
    changed = masked_values({"calls": {"ada@example.org": 3, "total": 3}}, {"calls": {}})

    assert [change.path for change in changed] == ["calls.<key>", "calls.total"]


def test_a_record_that_may_not_leave_is_told_as_a_whole() -> None:
    """Its path is empty."""
    assert list(masked_values(BEFORE, None)) == [Masked("", BEFORE, GONE)]


def test_a_shape_tells_length_and_kind_alone() -> None:
    """Nothing of the value itself."""
    assert [shape(value) for value in ("Ada Novak", "", 1234, None, True, [1, 2], {"secret": 1})] == [
        "text of 9 characters",
        "empty text",
        "number of 4 digits",
        "null",
        "boolean",
        "list of 2",
        "object of 1 key",
    ]
    assert told_after(GONE) == "dropped"


def test_types_are_those_of_before() -> None:
    """A number that was masked to text is a number; what was dropped is still there."""
    made = as_before({"age": 36, "name": "Ada", "note": None}, {"age": "***", "note": None})

    assert made == {"age": 36, "name": "Ada", "note": None}


def test_the_keys_of_what_was_masked_as_a_whole_are_left_out() -> None:
    """Keys of such an object may be data."""
    assert as_before({"by": {"Ada Novak": 1}, "all": [{"Ada": 1}]}, {"by": "***"}) == {"by": {}, "all": []}


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4))
def test_without_masks_nothing_changes(record: dict[str, object]) -> None:
    """A record that stays as it is tells no difference, and has its own types."""
    same = json.loads(json.dumps(record))

    assert list(masked_values(record, same)) == []
    assert schema([as_before(record, same)]) == schema([record])
