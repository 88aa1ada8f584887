"""Schemas of records, joined and compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.authoring import Json
from penstock_builder.detect.schema import accept, merged, schema, schema_changes

NAMES = st.sampled_from(["id", "a.b", "c[]", "back\\slash", "", "$ref", "12345", "d"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(
    ["", "x", "2024-01-02", "2024-01-02T03:04:05Z", "2024-01-02T03:04:05"]
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
ROWS = st.lists(st.dictionaries(NAMES, VALUES, max_size=5), min_size=1, max_size=5)


def properties(*rows: Json) -> Json:
    return schema(rows)["properties"]


def test_null_stands_where_it_was_seen_or_the_field_was_missing() -> None:
    """Only then: what every record has is not nullable."""
    assert properties({"a": 1, "b": 1, "c": 1}, {"a": 1, "b": None}) == {
        "a": {"type": "integer"}, "b": {"type": ["null", "integer"]}, "c": {"type": ["null", "integer"]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "declared"),
    [
        ([1, 1.5], {"type": "number"}),
        ([1, "x"], {"type": ["integer", "string"]}),
        (["2024-01-02"], {"type": "string", "format": "date"}),
        (["2024-01-02T03:04:05Z"],
         {"type": "string", "format": "date-time", "airbyte_type": "timestamp_with_timezone"}),
        (["2024-01-02T03:04:05"],
         {"type": "string", "format": "date-time", "airbyte_type": "timestamp_without_timezone"}),
        (["2024-01-02", "soon"], {"type": "string"}),
        ([[1, "x"], []], {"type": "array", "items": {"type": ["integer", "string"]}}),
        ([{"a": 1}, {}],
         {"type": "object", "additionalProperties": True, "properties": {"a": {"type": ["null", "integer"]}}}),
        ([{"a@example.com": 1}], {"type": "object", "additionalProperties": True}),
    ],
)  # fmt: skip
def test_types_are_those_of_all_values(values: Json, declared: Json) -> None:
    """Formats only where every text has them; an object keyed by data has no list of properties."""
    assert properties(*({"field": value} for value in values)) == {"field": declared}


@given(ROWS, ROWS)
def test_schemas_join_as_their_records_do(left: Json, right: Json) -> None:
    """A schema of two pages needs only the schemas of each."""
    assert merged(schema(left), schema(right)) == schema(left + right)


@given(ROWS, ROWS)
def test_accepting_every_change_ends_the_differences(left: Json, right: Json) -> None:
    """Whatever was declared."""
    declared, detected = schema(left), schema(right)

    for change in schema_changes(declared, detected):
        declared = accept(declared, change)

    assert schema_changes(declared, detected) == []


def test_changes_are_told_by_place_and_kind() -> None:
    """Deep fields with dots, items of lists with brackets."""
    declared = schema([{"gone": 1, "n": 1, "when": "x", "deep": [{"a": 1}]}])
    detected = schema([{"n": "x", "when": "2024-01-01", "deep": [{"a": None, "b": 1}]}])

    changes = {(change.path, change.kind) for change in schema_changes(declared, detected)}

    assert changes == {("gone", "missing"), ("n", "type"), ("when", "format"), ("deep[].a", "type"), ("deep[].b", "new")} - {
        ("deep[].a", "type")} | {("deep[].a", "nullable")}  # fmt: skip


def test_what_is_declared_wider_is_no_change() -> None:
    """A sample need not show all that a field may hold."""
    declared = {
        "type": "object",
        "properties": {"a": {"type": ["null", "number"]}, "b": {"anyOf": []}, "c": {"type": "object"}},
    }

    assert schema_changes(declared, schema([{"a": 1, "b": "x", "c": {"d": 1}}])) == []
