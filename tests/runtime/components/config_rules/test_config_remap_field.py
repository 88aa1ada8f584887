from __future__ import annotations

from typing import Any

import pytest

from penstock.components.config_rules import CONFIG_TRANSFORMATION
from penstock.errors import ManifestError
from penstock.testing.fakes import built, component


@pytest.mark.parametrize(
    ("settings", "config", "result"),
    [
        pytest.param("field_path: [a], map: {x: y}", {"a": "x"}, {"a": "y"}, id="a value of the table"),
        pytest.param("field_path: [a], map: {x: y}", {"a": "z"}, {"a": "z"}, id="another value"),
        pytest.param("field_path: [a], map: {x: y}", {}, {}, id="no value"),
        pytest.param("field_path: [a, b], map: {x: y}", {"a": {"b": "x"}}, {"a": {"b": "y"}}, id="inside"),
        pytest.param("field_path: [a, b], map: {x: y}", {"a": "text"}, {"a": "text"}, id="a text in the way"),
        pytest.param("field_path: [a], map: {'1': y}", {"a": 1}, {"a": 1}, id="a number is no text"),
        pytest.param("field_path: [a], map: {x: '12'}", {"a": "x"}, {"a": 12}, id="a literal"),
        pytest.param(
            "field_path: [\"{{ config['k'] }}\"], map: {x: \"{{ config['k'] }}\"}",
            {"a": "x", "k": "a"},
            {"a": "a", "k": "a"},
            id="templates",
        ),
        pytest.param("field_path: [a], map: {x: null}", {"a": "x"}, {"a": None}, id="null"),
        pytest.param(
            "field_path: [a], map: {x: \"{{ config['none'] }}\"}", {"a": "x"}, {"a": None}, id="nothing"
        ),
    ],
)
def test_a_value_gives_way_to_another(settings: str, config: dict[str, Any], result: dict[str, Any]) -> None:
    """By a table of texts; what is not in it stays."""
    built(f"{{type: ConfigRemapField, {settings}}}", CONFIG_TRANSFORMATION)(config)

    assert config == result


def test_a_field_has_a_name() -> None:
    with pytest.raises(ManifestError, match="`field_path` needs at least one key"):
        component("{type: ConfigRemapField, field_path: [], map: {}}", CONFIG_TRANSFORMATION)
