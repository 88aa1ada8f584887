from __future__ import annotations

from typing import Any

import pytest

from penstock.components.resolvers import STREAM_CONFIG
from penstock.testing.fakes import built

CONFIG = {
    "tables": [{"id": 1}],
    "deep": {"more": ["a", "b"]},
    "one": {"id": 2},
    "key": "tables",
    "null": None,
}


@pytest.mark.parametrize(
    ("settings", "entries"),
    [
        pytest.param("configs_pointer: [tables]", [{"id": 1}], id="a list"),
        pytest.param("configs_pointer: [deep, more]", ["a", "b"], id="inside"),
        pytest.param("configs_pointer: [deep, more, '1']", ["b"], id="an index"),
        pytest.param("configs_pointer: [one]", [{"id": 2}], id="what is no list is its one entry"),
        pytest.param('configs_pointer: ["null"]', [None], id="null too"),
        pytest.param("configs_pointer: [none]", [], id="nothing there"),
        pytest.param("configs_pointer: [\"{{ config['key'] }}\"]", [{"id": 1}], id="a templated pointer"),
        pytest.param(
            "configs_pointer: [tables], default_values: [{id: 9}]", [{"id": 1}, {"id": 9}], id="defaults"
        ),
        pytest.param("configs_pointer: [none], default_values: [{id: 9}]", [{"id": 9}], id="defaults alone"),
    ],
)
def test_the_entries_come_from_the_config(settings: str, entries: list[Any]) -> None:
    assert built(f"{{type: StreamConfig, {settings}}}", STREAM_CONFIG, **CONFIG) == entries
