from __future__ import annotations

from typing import Any

import pytest

from penstock.components.schema_loaders import TYPES_MAP, FieldType
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("target", "made"),
    [
        pytest.param("number", "number", id="a name"),
        pytest.param("[number, string]", ["number", "string"], id="either of two"),
        pytest.param("{field_type: array, items: date}", FieldType("array", "date"), id="a list"),
    ],
)
def test_a_type_of_the_api_has_one_of_ours(target: str, made: Any) -> None:
    mapping = built(f"{{type: TypesMap, current_type: money, target_type: {target}}}", TYPES_MAP)

    assert (mapping.current, mapping.target, mapping.condition) == ("money", made, None)


def test_a_condition_reads_the_fields_description() -> None:
    condition = "\"{{ raw_schema['decimals'] > 0 }}\""
    mapping = built(
        f"{{type: TypesMap, current_type: money, target_type: number, condition: {condition}}}", TYPES_MAP
    )

    assert mapping.condition is not None
    assert mapping.condition({"config": {}, "raw_schema": {"decimals": 2}})
    assert not mapping.condition({"config": {}, "raw_schema": {"decimals": 0}})
