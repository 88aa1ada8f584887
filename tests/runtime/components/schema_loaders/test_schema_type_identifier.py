from __future__ import annotations

from typing import Any

import pytest

from penstock.components.schema_loaders import TYPE_IDENTIFIER
from penstock.errors import ResponseError
from penstock.testing.fakes import built

POINTERS = "schema_pointer: [fields], key_pointer: [name], type_pointer: [kind]"


def fields(answer: Any, settings: str = POINTERS) -> dict[str, Any]:
    """The fields that an answer describes."""
    return built(f"{{type: SchemaTypeIdentifier, {settings}}}", TYPE_IDENTIFIER, key="name")(answer)


def schema_of(kind: Any, mappings: str = "[]") -> Any:
    """The schema of a field of this type."""
    answer = {"fields": [{"name": "a", "kind": kind, "decimals": 2}]}
    return fields(answer, f"{POINTERS}, types_mapping: {mappings}")["a"]


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        *((kind, {"type": ["null", kind]}) for kind in ("string", "boolean", "integer", "number", "array", "object")),
        ("date", {"type": ["null", "string"], "format": "date"}),
        ("timestamp_with_timezone", {"type": ["null", "string"], "format": "date-time"}),
        (
            "timestamp_without_timezone",
            {"type": ["null", "string"], "format": "date-time", "airbyte_type": "timestamp_without_timezone"},
        ),
        (
            "time_with_timezone",
            {"type": ["null", "string"], "format": "time", "airbyte_type": "time_with_timezone"},
        ),
        (
            "time_without_timezone",
            {"type": ["null", "string"], "format": "time", "airbyte_type": "time_without_timezone"},
        ),
        (["date", "integer"], {"oneOf": [{"type": ["null", "string"], "format": "date"}, {"type": ["null", "integer"]}]}),
    ],
)  # fmt: skip
def test_each_type_has_a_schema(kind: Any, schema: Any) -> None:
    """Any field may be null; two types mean either."""
    assert schema_of(kind) == schema


@pytest.mark.parametrize(
    ("mappings", "schema"),
    [
        pytest.param(
            "[{current_type: money, target_type: number}]", {"type": ["null", "number"]}, id="a type"
        ),
        pytest.param(
            "[{current_type: money, target_type: date, condition: \"{{ raw_schema['decimals'] == 0 }}\"}, "
            "{current_type: money, target_type: number}, {current_type: money, target_type: string}]",
            {"type": ["null", "number"]},
            id="the first whose condition holds",
        ),
        pytest.param(
            "[{current_type: money, target_type: {field_type: array, items: number}}]",
            {"type": ["null", "array"], "items": {"type": ["null", "number"]}},
            id="a list",
        ),
    ],
)
def test_a_type_of_the_api_is_mapped(mappings: str, schema: Any) -> None:
    assert schema_of("money", mappings) == schema


def test_a_list_of_types_is_mapped_as_a_whole() -> None:
    assert schema_of(["a", "b"], "[{current_type: [a, b], target_type: date}]")["format"] == "date"


def test_a_field_without_a_type_is_text() -> None:
    """So is every field where the manifest does not say where the types stand."""
    text = {"a": {"type": ["null", "string"]}}

    assert fields({"fields": [{"name": "a"}]}) == text
    assert (
        fields({"fields": [{"name": "a", "kind": "date"}]}, "schema_pointer: [fields], key_pointer: [name]")
        == text
    )


def test_pointers_may_be_templates_and_lead_inside() -> None:
    settings = "schema_pointer: [data, '0'], key_pointer: [\"{{ config['key'] }}\"], type_pointer: [is, a]"

    assert fields({"data": [[{"name": "a", "is": {"a": "integer"}}]]}, settings) == {
        "a": {"type": ["null", "integer"]}
    }


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param({"x": 1}, "expected a list of fields at `schema_pointer`, got nothing", id="no fields"),
        pytest.param({"fields": {"a": 1}}, "got an object with key `a`", id="an object"),
        pytest.param({"fields": [{}]}, "expected a field's name at `key_pointer`, got nothing", id="no name"),
        pytest.param({"fields": [{"name": 5}]}, "got a number", id="a number for a name"),
        pytest.param(
            {"fields": [{"name": "a", "kind": "s3cret"}]}, "got a type of its own", id="another type"
        ),
        pytest.param({"fields": [{"name": "a", "kind": ["date"]}]}, "got a list of 1", id="a list of one"),
        pytest.param({"fields": [{"name": "a", "kind": None}]}, "got null", id="null for a type"),
    ],
)
def test_an_answer_that_is_not_as_promised_is_told(answer: Any, told: str) -> None:
    """By its shape."""
    with pytest.raises(ResponseError, match=told) as refusal:
        fields(answer)

    assert "s3cret" not in str(refusal.value)
