from __future__ import annotations

from dataclasses import replace

import pytest

from penstock.components.query_properties import PROPERTY_SELECTOR
from penstock.testing.fakes import Fakes, component


@pytest.mark.parametrize(
    ("settings", "schema", "chosen"),
    [
        pytest.param("", None, ["a", "b", "c"], id="all without a catalog"),
        pytest.param("", {"properties": {"c": {}, "a": {}, "z": {}}}, ["a", "c"], id="those of the schema"),
        pytest.param("", {}, [], id="none where the schema has none"),
        pytest.param(
            "transformations: [{type: KeysToLower}, {type: KeysReplace, old: f_, new: ''}]",
            {"properties": {"F_B": {}}},
            ["b"],
            id="by the API's names",
        ),
    ],
)
def test_the_catalog_chooses(settings: str, schema: dict[str, object] | None, chosen: list[str]) -> None:
    using = Fakes().resources()
    if schema is not None:
        using = replace(using, catalog_schemas={"orders": schema})

    choose = component(f"{{type: JsonSchemaPropertySelector, {settings}}}", PROPERTY_SELECTOR).build(using)

    assert choose(["a", "b", "c"]) == chosen
