from __future__ import annotations

from typing import Any

import pytest

from penstock.masking.observed import observed_fields

Json = Any


def observed(schema: Json, *records: Json) -> dict[str, tuple[Json, ...]]:
    return {field.told: field.values for field in observed_fields(schema, records)}


@pytest.mark.parametrize(
    ("schema", "records", "expected"),
    [
        pytest.param({"properties": {"a": {"type": "string"}}}, [{"a": "x"}], {"a": ("x",)}, id="declared and seen"),
        pytest.param({"properties": {"a": {"type": "string"}}}, [{"a": None}], {"a": ()}, id="null"),
        pytest.param({}, [{"a": 1}, {"a": 2, "b": True}], {"a": (1, 2), "b": (True,)}, id="only seen"),
        pytest.param({}, [{"a": {"b": [{"c": 1}, {"c": 2}]}}], {"a": (), "a.b[*]": (), "a.b[*].c": (1, 2)}, id="at depth"),
        pytest.param({"properties": {"a": {"type": "object"}}}, [], {"a": ()}, id="an object of nothing known"),
        pytest.param({"properties": {"a": {"type": "array"}}}, [], {"a[*]": ()}, id="a list of nothing known"),
        pytest.param(
            {"properties": {"a": {"anyOf": [{"type": "string"}, {"properties": {"b": {"type": "string"}}}]}}},
            [{"a": "x"}, {"a": {"b": "y"}}], {"a": ("x",), "a.b": ("y",)}, id="a union",
        ),
        pytest.param({}, [{"a": {"ada@example.test": 1, "b": 2}}], {"a": (1, 2)}, id="keys that may be data"),
        pytest.param({}, [{"a": {f"k{n}": n for n in range(21)}}], {"a": tuple(range(21))}, id="many keys"),
        pytest.param({}, [{"ada@example.test": 1, "First Name": 2}], {"*": (1,), "First Name": (2,)}, id="keys of the record"),
        pytest.param(
            {"properties": {"a": {"type": "object", "additionalProperties": {"type": "string"}}}},
            [{"a": {"x": "y"}}], {"a": ("y",)}, id="any keys",
        ),
    ],
)  # fmt: skip
def test_fields_are_found_in_schema_and_sample(schema: Json, records: list[Json], expected: Json) -> None:
    """With the values of each."""
    assert observed(schema, *records) == expected


def test_a_field_of_which_parts_may_be_unknown_is_open() -> None:
    """Nobody can call that public."""
    fields = observed_fields(
        {
            "properties": {
                "meta": {"type": "object"},
                "note": {"type": "string"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "any": {"type": "object", "additionalProperties": {"type": "object"}},
            }
        },
        [{"seen": 1}],
    )

    assert {field.told: field.is_open for field in fields} == {
        "meta": True, "note": False, "labels": False, "any": True, "seen": False,
    }  # fmt: skip
