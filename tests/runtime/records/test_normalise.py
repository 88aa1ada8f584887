from __future__ import annotations

from typing import Any

import pytest

from penstock.records.normalise import normaliser


@pytest.mark.parametrize(
    ("schema", "value", "cast"),
    [
        pytest.param({"type": "string"}, 1, "1", id="a number to text"),
        pytest.param({"type": "string"}, True, "True", id="a boolean to text, as Python writes it"),
        pytest.param({"type": "string"}, None, "None", id="null to text, where null is not allowed"),
        pytest.param({"type": "string"}, {"x": 1}, "{'x': 1}", id="an object to text, as Python writes it"),
        pytest.param({"type": ["null", "string"]}, None, None, id="null, where it is allowed"),
        pytest.param({"type": ["string", "null"]}, 1, "1", id="a type that may be null"),
        pytest.param({"type": "integer"}, "  7 ", 7, id="text to a whole number"),
        pytest.param({"type": "integer"}, 1.7, 1, id="a fraction is cut off"),
        pytest.param({"type": "integer"}, "1.5", "1.5", id="text with a fraction stays"),
        pytest.param({"type": "integer"}, float("inf"), float("inf"), id="infinity stays"),
        pytest.param({"type": "number"}, 2, 2.0, id="a whole number to a number"),
        pytest.param({"type": "number"}, "1.5", 1.5, id="text to a number"),
        pytest.param({"type": "number"}, None, None, id="null is no number and stays"),
        pytest.param({"type": "boolean"}, " Yes ", True, id="a word for true"),
        pytest.param({"type": "boolean"}, "0", False, id="a word for false"),
        pytest.param({"type": "boolean"}, "maybe", "maybe", id="any other word stays"),
        pytest.param({"type": "boolean"}, 2, True, id="a number to a boolean"),
        pytest.param({"type": ["string", "integer"]}, 1.5, 1.5, id="two types leave all as it is"),
        pytest.param({}, 1.5, 1.5, id="so does no type"),
        pytest.param({"anyOf": [{"type": "string"}]}, 1, 1, id="so do alternatives"),
        pytest.param({"type": "array"}, 5, [5], id="a single value to a list"),
        pytest.param({"type": "array", "items": {"type": ["string"]}}, 5, ["5"], id="and to the items' type"),
        pytest.param({"type": "array", "items": {"type": "string"}}, 5, 5, id="not with one type as text"),
        pytest.param(
            {"type": "array", "items": {"type": ["object"]}}, 5, 5, id="not where items are objects"
        ),
        pytest.param({"type": "array"}, {"x": 1}, {"x": 1}, id="an object is no single value"),
        pytest.param({"type": "array", "items": {"type": "string"}}, [1, 2], ["1", "2"], id="each item"),
        pytest.param(
            {"type": "object", "properties": {"x": {"type": "string"}}}, {"x": 1}, {"x": "1"}, id="inside"
        ),
        pytest.param(
            {"type": "array", "items": {"properties": {"x": {"type": "string"}}}},
            [{"x": 1}, {"y": 1}],
            [{"x": "1"}, {"y": 1}],
            id="inside the objects of a list",
        ),
    ],
)
def test_values_are_cast_to_the_type_of_the_schema(schema: dict[str, Any], value: Any, cast: Any) -> None:
    """Where that cannot be done, the value stays as it is."""
    normalise = normaliser(lambda: {"properties": {"field": schema}})

    made = normalise({"field": value, "other": 1})

    assert made == {"field": cast, "other": 1}
    assert type(made["field"]) is type(cast)


def test_the_record_itself_stays_as_it_was() -> None:
    """Pagination and cursors still look at it."""
    record = {"owner": {"id": 1}}
    schema = {"properties": {"owner": {"properties": {"id": {"type": "string"}}}}}

    assert normaliser(lambda: schema)(record) == {"owner": {"id": "1"}}
    assert record == {"owner": {"id": 1}}


@pytest.mark.parametrize("schema", [pytest.param({}, id="none"), pytest.param({"type": "object"}, id="bare")])
def test_a_schema_without_properties_changes_nothing(schema: dict[str, Any]) -> None:
    assert normaliser(lambda: schema)({"id": 1}) == {"id": 1}


def test_the_schema_is_asked_for_once_and_late() -> None:
    """It may be a request of its own, which a stream without records need not make."""
    asked: list[str] = []

    def schema() -> Any:
        asked.append("schema")
        return {"properties": {"id": {"type": "string"}}}

    normalise = normaliser(schema)
    before = len(asked)
    normalise({"id": 1})
    normalise({"id": 2})

    assert (before, len(asked)) == (0, 1)
