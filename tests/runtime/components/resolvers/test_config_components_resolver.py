from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.resolvers import COMPONENTS_RESOLVER
from penstock.manifest.load import load_text
from penstock.manifest.node import plain
from penstock.testing.fakes import built


def made(value: str, lists: Any, config: dict[str, Any], **settings: Any) -> list[Any]:
    """The `name` of each stream."""
    resolver = built(
        json.dumps(
            {
                "type": "ConfigComponentsResolver",
                "stream_config": lists,
                "components_mapping": [{"field_path": ["name"], "value": value, **settings}],
            }
        ),
        COMPONENTS_RESOLVER,
        **config,
    )
    return [plain(node)["name"] for node in resolver.components(load_text("{name: ''}"), config)]


def test_each_entry_of_a_list_is_a_stream() -> None:
    config = {"tables": [{"id": "orders"}, {"id": "lines"}], "prefix": "p_"}
    value = "{{ config['prefix'] }}{{ components_values['id'] }}"

    assert made(value, {"configs_pointer": ["tables"]}, config) == ["p_orders", "p_lines"]


def test_of_several_lists_each_combination_is_a_stream() -> None:
    """Of one field that both have the later list's counts; what is no mapping comes as index and value."""
    config = {"tables": [{"id": "a", "n": 1}, {"id": "b"}], "days": [{"n": 2}], "words": ["x", "y"]}
    lists = [{"configs_pointer": [name]} for name in ("tables", "days", "words")]
    value = "{{ components_values['id'] }}{{ components_values['n'] }}{{ components_values['source_config_2'] | join }}"

    assert made(value, lists, config) == ["a20x", "a21y", "b20x", "b21y"]
    assert made(value, [*lists, {"configs_pointer": ["none"]}], config) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("{a: [1, yes]}", {"a": [1, True]}, id="a mapping"),
        pytest.param("%Y-%m-%d", "%Y-%m-%d", id="what is no YAML"),
        pytest.param("a: b: c", "a: b: c", id="what is wrong YAML"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_text_counts_as_yaml(text: str, read: Any) -> None:
    """Unless the mapping wants a text."""
    config = {"list": [{"text": text}]}
    lists = {"configs_pointer": ["list"]}

    assert made("{{ components_values['text'] }}", lists, config) == [read]
    assert made("{{ components_values['text'] }}", lists, config, value_type="string") == [text]


def test_a_condition_chooses_among_the_entries() -> None:
    config = {"list": [{"id": "a"}, {"id": "b"}]}
    condition = "{{ components_values['id'] == 'b' }}"

    assert made("x", {"configs_pointer": ["list"]}, config, condition=condition) == ["", "x"]
