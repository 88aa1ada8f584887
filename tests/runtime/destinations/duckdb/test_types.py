from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.destinations.duckdb.types import (
    BOOLEAN,
    DATE,
    INTEGER,
    JSON,
    MISFIT,
    NUMBER,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    Type,
    as_json,
    column_type,
    guessed_type,
    undeclared,
)

NAME = {
    "type": "object",
    "properties": {"first": {"type": "string"}, "born": {"type": "string", "format": "date"}},
}


@pytest.mark.parametrize(
    ("schema", "sql"),
    [
        pytest.param({"type": "string"}, "VARCHAR", id="text"),
        pytest.param({"type": ["null", "integer"]}, "BIGINT", id="null is always allowed"),
        pytest.param({"type": "number"}, "DOUBLE", id="a number"),
        pytest.param({"type": ["integer", "number"]}, "DOUBLE", id="integer or number"),
        pytest.param(
            {"type": "number", "airbyte_type": "integer"}, "BIGINT", id="a number that is an integer"
        ),
        pytest.param({"type": "boolean"}, "BOOLEAN", id="a boolean"),
        pytest.param({"type": "string", "format": "date"}, "DATE", id="a date"),
        pytest.param({"type": "string", "format": "time"}, "TIME", id="a time"),
        pytest.param({"type": "string", "format": "date-time"}, "TIMESTAMP WITH TIME ZONE", id="a moment"),
        pytest.param(
            {"type": "string", "format": "date-time", "airbyte_type": "timestamp_without_timezone"},
            "TIMESTAMP",
            id="a moment without a zone",
        ),
        pytest.param({"type": "string", "format": "email"}, "VARCHAR", id="a format of no type"),
        pytest.param({"type": "array", "items": {"type": "integer"}}, "BIGINT[]", id="a list"),
        pytest.param({"type": "array"}, "JSON", id="a list of anything"),
        pytest.param(NAME, 'STRUCT("first" VARCHAR, "born" VARCHAR)', id="an object; dates inside stay text"),
        pytest.param({"type": "object"}, "JSON", id="an object of anything"),
        pytest.param({"type": ["string", "integer"]}, "JSON", id="two types"),
        pytest.param({}, "JSON", id="no type"),
        pytest.param(True, "JSON", id="no schema"),
        pytest.param(
            {"type": "object", "properties": {"a": {"type": "string"}, "A": {"type": "string"}}},
            "JSON",
            id="names that differ in case alone",
        ),
    ],
)
def test_a_column_has_the_type_of_its_schema(schema: object, sql: str) -> None:
    """What the schema does not tell enough about is JSON, which holds anything."""
    assert column_type(schema).sql == sql


@pytest.mark.parametrize(
    ("type_", "value", "fitted"),
    [
        pytest.param(INTEGER, "12", 12, id="digits are an integer"),
        pytest.param(INTEGER, " -12\x1f", -12, id="with white space around"),
        pytest.param(INTEGER, 3.0, 3, id="a whole float is an integer"),
        pytest.param(INTEGER, 1.5, MISFIT, id="a fraction is none"),
        pytest.param(INTEGER, True, MISFIT, id="a boolean is none"),
        pytest.param(INTEGER, 2**63, MISFIT, id="64 bit are not enough"),
        pytest.param(INTEGER, "1_000", MISFIT, id="digits of Python alone"),
        pytest.param(NUMBER, "1.5", 1.5, id="text of a number"),
        pytest.param(NUMBER, "1_000.5", MISFIT, id="text of a number in Python alone"),
        pytest.param(NUMBER, False, MISFIT, id="a boolean is no number"),
        pytest.param(NUMBER, 10**400, MISFIT, id="beyond any float"),
        pytest.param(BOOLEAN, "True", True, id="a word for true"),
        pytest.param(BOOLEAN, 1, MISFIT, id="one is not true"),
        pytest.param(TEXT, 1.50, "1.5", id="a number as text"),
        pytest.param(TEXT, True, "true", id="a boolean as text"),
        pytest.param(TEXT, {"a": [1]}, '{"a":[1]}', id="an object as text"),
        pytest.param(DATE, "2024-03-01", dt.date(2024, 3, 1), id="a date"),
        pytest.param(DATE, "2024-03-01T00:00:00Z", dt.date(2024, 3, 1), id="midnight is a date"),
        pytest.param(DATE, "2024-03-01T10:00:00Z", MISFIT, id="any other moment is more than a date"),
        pytest.param(DATE, "2024-02-30", MISFIT, id="no such day"),
        pytest.param(TIME, "10:20:30+02:00", dt.time(10, 20, 30), id="wall time"),
        pytest.param(TIME, "25:00", MISFIT, id="no such time"),
        pytest.param(
            TIMESTAMPTZ,
            "2024-03-01T10:00:00",
            dt.datetime(2024, 3, 1, 10, tzinfo=dt.UTC),
            id="without a zone: UTC",
        ),
        pytest.param(TIMESTAMPTZ, "yesterday", MISFIT, id="no moment"),
        pytest.param(TIMESTAMPTZ, 1709287200, MISFIT, id="an epoch is no moment"),
        pytest.param(TIMESTAMP, "2024-03-01T10:00:00+02:00", dt.datetime(2024, 3, 1, 10), id="wall clock"),  # noqa: DTZ001
        pytest.param(
            column_type({"type": "array", "items": {"type": "integer"}}), ["1", None], [1, None], id="a list"
        ),
        pytest.param(
            column_type({"type": "array", "items": {"type": "integer"}}), [1, "x"], MISFIT, id="one misfit"
        ),
        pytest.param(column_type(NAME), {"first": 1}, {"first": "1", "born": None}, id="an object"),
        pytest.param(column_type(NAME), "Ada", MISFIT, id="text is no object"),
    ],
)
def test_a_value_is_fitted_where_nothing_is_lost(type_: Type, value: object, fitted: object) -> None:
    """A value of another JSON type is taken where it means the same; else it is a misfit, and kept elsewhere."""
    made = type_.fit(value)

    assert made == fitted
    assert type(made) is type(fitted)


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        pytest.param([None, 1], INTEGER, id="integers"),
        pytest.param([1, 1.5], NUMBER, id="integers and floats"),
        pytest.param([True], BOOLEAN, id="booleans"),
        pytest.param([True, 1], JSON, id="booleans and integers"),
        pytest.param(["2024-03-01"], TEXT, id="text, even where it looks like a date"),
        pytest.param([None], JSON, id="nothing yet"),
        pytest.param([2**63], NUMBER, id="integers beyond 64 bit"),
        pytest.param([{"a": 1}], JSON, id="objects"),
    ],
)
def test_an_undeclared_column_has_the_type_of_its_first_values(values: list[object], type_: Type) -> None:
    """It is guessed from the records that bring the field first, and only where there is no doubt."""
    assert guessed_type(values) is type_


def test_parts_without_a_place_are_found_with_their_paths() -> None:
    """A STRUCT holds what is declared; the rest is told by its path, lists by position."""
    type_ = column_type({"type": "object", "properties": {"names": {"type": "array", "items": NAME}}})

    found = undeclared({"names": [{"first": "Ada"}, {"first": "Bo", "age": 7}], "more": 1}, type_)

    assert found == {"names": {"1": {"age": 7}}, "more": 1}
    assert undeclared({"names": [{"first": "Ada"}]}, type_) is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def no_such_number(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


@given(ANYTHING)
def test_any_value_has_json_text(value: object) -> None:
    """Whatever Python's JSON reader gives can be written as strict JSON, integers of any size included."""
    text = as_json(value)

    json.loads(text, parse_constant=no_such_number)
    text.encode()
