from __future__ import annotations

import pytest

from penstock.components.schema_loaders import FIELD_TYPE, FieldType
from penstock.errors import ManifestError
from penstock.testing.fakes import built, component


@pytest.mark.parametrize(
    ("settings", "made"),
    [
        pytest.param("field_type: array", FieldType("array", None), id="a list of anything"),
        pytest.param("field_type: array, items: integer", FieldType("array", "integer"), id="a list"),
        pytest.param(
            "field_type: array, items: {field_type: array, items: date}",
            FieldType("array", FieldType("array", "date")),
            id="a list of lists",
        ),
        pytest.param("field_type: date", FieldType("date", None), id="no list"),
    ],
)
def test_a_type_may_have_items(settings: str, made: FieldType) -> None:
    assert built(f"{{type: ComplexFieldType, {settings}}}", FIELD_TYPE) == made


def test_only_a_list_has_items() -> None:
    with pytest.raises(ManifestError, match="`items` goes with the `field_type` array"):
        component("{type: ComplexFieldType, field_type: object, items: string}", FIELD_TYPE)
