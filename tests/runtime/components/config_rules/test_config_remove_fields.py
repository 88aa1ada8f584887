from __future__ import annotations

from typing import Any

import pytest

from penstock.components.config_rules import CONFIG_TRANSFORMATION
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("settings", "result"),
    [
        pytest.param("field_pointers: [[a], [b, c]]", {"b": {"d": 2}, "l": [1, 2]}, id="fields"),
        pytest.param("field_pointers: [['*', c]]", {"a": 1, "b": {"d": 2}, "l": [1, 2]}, id="wildcards"),
        pytest.param(
            "field_pointers: [[none, none]]", {"a": 1, "b": {"c": 1, "d": 2}, "l": [1, 2]}, id="nothing"
        ),
        pytest.param(
            "field_pointers: [[b], [l]], condition: \"{{ config['a'] == 1 }}\"",
            {"a": 1},
            id="where a condition holds",
        ),
        pytest.param(
            "field_pointers: [[b], [l]], condition: \"{{ config['a'] == 2 }}\"",
            {"a": 1, "b": {"c": 1, "d": 2}, "l": [1, 2]},
            id="where it does not",
        ),
    ],
)
def test_fields_of_the_config_are_removed(settings: str, result: dict[str, Any]) -> None:
    """What is not there is no problem."""
    config = {"a": 1, "b": {"c": 1, "d": 2}, "l": [1, 2]}

    built(f"{{type: ConfigRemoveFields, {settings}}}", CONFIG_TRANSFORMATION)(config)

    assert config == result
