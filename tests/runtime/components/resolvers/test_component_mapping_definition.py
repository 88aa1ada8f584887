from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.resolvers import COMPONENT_MAPPING, ComponentMapping
from penstock.errors import ManifestError
from penstock.manifest.load import load_text
from penstock.manifest.node import plain
from penstock.testing.fakes import built, component

TEMPLATE = load_text("{name: '', fields: [{value: one}, {value: two}], kind: 7}")
SCOPE = {"config": {}, "components_values": {"id": "t1", "n": 1}, "stream_template_config": plain(TEMPLATE)}


def mapping(**settings: Any) -> ComponentMapping:
    """The mapping that these settings describe."""
    return built(json.dumps({"type": "ComponentMappingDefinition", **settings}), COMPONENT_MAPPING)


@pytest.mark.parametrize(
    ("settings", "result"),
    [
        pytest.param(
            {"field_path": ["name"], "value": "{{ components_values['id'] }}"}, {"name": "t1"}, id="a value"
        ),
        pytest.param(
            {"field_path": ["kind"], "value": "{{ components_values['n'] }}", "value_type": "string"},
            {"kind": "1"},
            id="of a type",
        ),
        pytest.param(
            {"field_path": ["fields", "*", "value"], "value": "x"},
            {"fields": [{"value": "x"}, {"value": "x"}]},
            id="in several places",
        ),
        pytest.param(
            {"field_path": ["fields", "{{ components_values['n'] }}", "value"], "value": "x"},
            {"fields": [{"value": "one"}, {"value": "x"}]},
            id="at a templated place",
        ),
        pytest.param(
            {"field_path": ["name"], "value": "{{ stream_template_config['kind'] }}"},
            {"name": 7},
            id="of the template",
        ),
        pytest.param({"field_path": ["none"], "value": "x"}, {}, id="a place that is not there"),
        pytest.param(
            {"field_path": ["none"], "value": "x", "create_or_update": True},
            {"none": "x"},
            id="a place that is made",
        ),
        pytest.param(
            {"field_path": ["none"], "value": "0", "create_or_update": True}, {}, id="not made for nothing"
        ),
        pytest.param(
            {"field_path": ["name"], "value": "x", "condition": "{{ components_values['n'] > 1 }}"},
            {},
            id="a condition that does not hold",
        ),
        pytest.param(
            {"field_path": ["name"], "value": "x", "condition": ""}, {"name": "x"}, id="no condition"
        ),
        pytest.param(
            {"field_path": ["name"], "value": "(1, (2,))"}, {"name": [1, [2]]}, id="a list in brackets"
        ),
    ],
)
def test_a_value_goes_to_its_place_in_the_template(settings: dict[str, Any], result: dict[str, Any]) -> None:
    """The template itself stays as it is, for the next stream."""
    changed = mapping(**settings).applied(TEMPLATE, SCOPE)

    assert plain(changed) == {**plain(TEMPLATE), **result}
    assert plain(TEMPLATE)["name"] == ""


def test_a_value_is_placed_where_the_manifest_gives_it() -> None:
    """An error in it is then told there, and not in the template."""
    made = built(
        "type: ComponentMappingDefinition\nfield_path: [name]\nvalue: '{{ 7 }}'", COMPONENT_MAPPING
    ).applied(TEMPLATE, SCOPE)

    assert (made.value["name"].line, made.value["name"].col) == (3, 8)


def test_a_value_goes_somewhere() -> None:
    with pytest.raises(ManifestError, match="`field_path` needs at least one key"):
        component("{type: ComponentMappingDefinition, field_path: [], value: x}", COMPONENT_MAPPING)
