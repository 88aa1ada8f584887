from __future__ import annotations

from typing import Any

import pytest

from penstock.components.config_rules import CONFIG_TRANSFORMATION
from penstock.testing.fakes import built


def changed(settings: str, config: dict[str, Any]) -> dict[str, Any]:
    """The config after fields are set."""
    built(f"{{type: ConfigAddFields, {settings}}}", CONFIG_TRANSFORMATION)(config)
    return config


@pytest.mark.parametrize(
    ("settings", "config", "result"),
    [
        pytest.param("fields: [{path: [a], value: x}]", {}, {"a": "x"}, id="a field"),
        pytest.param(
            "fields: [{path: [a, b], value: '12'}]", {}, {"a": {"b": 12}}, id="inside, as a literal"
        ),
        pytest.param(
            "fields: [{path: [a], value: '12', value_type: string}]", {"a": 1}, {"a": "12"}, id="of a type"
        ),
        pytest.param(
            "fields: [{path: [a], value: x}, {path: [b], value: \"{{ config['a'] }}!\"}]",
            {},
            {"a": "x", "b": "x!"},
            id="from the one before",
        ),
        pytest.param(
            "fields: [{path: [a], value: x}, {path: [b], value: y}], condition: \"{{ value == 'y' }}\"",
            {},
            {"b": "y"},
            id="where a condition holds of the value",
        ),
        pytest.param(
            "fields: [{path: [a], value: x}], condition: \"{{ config.get('a') is none }}\"",
            {"a": 1},
            {"a": 1},
            id="where a condition holds of the config",
        ),
    ],
)
def test_fields_of_the_config_are_set(settings: str, config: dict[str, Any], result: dict[str, Any]) -> None:
    """In order, each seeing what the ones before did."""
    assert changed(settings, config) == result
