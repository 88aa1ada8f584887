from __future__ import annotations

import pytest

from penstock.components.resolvers import COMPONENTS_RESOLVER
from penstock.errors import ManifestError
from penstock.manifest.load import load_text
from penstock.manifest.node import plain
from penstock.testing.fakes import built, component

RESOLVER = """
type: ParametrizedComponentsResolver
stream_parameters:
  list_of_parameters_for_stream: [{name: open, size: 10}, {name: closed, size: "{a: 1}"}]
components_mapping:
  - {field_path: [name], value: "{{ components_values['name'] }}"}
  - {field_path: [size], value: "{{ components_values['size'] }}", value_type: string, create_or_update: true}
"""


def test_each_entry_of_the_manifests_list_is_a_stream() -> None:
    """A text counts as YAML, whatever type is wanted."""
    resolver = built(RESOLVER, COMPONENTS_RESOLVER)

    assert [plain(node) for node in resolver.components(load_text("{name: ''}"), {})] == [
        {"name": "open", "size": 10},
        {"name": "closed", "size": {"a": 1}},
    ]


def test_a_condition_is_for_streams_of_the_config() -> None:
    with pytest.raises(ManifestError, match="`condition` is for streams that come from the config"):
        component(RESOLVER.replace("value_type: string", "condition: '{{ true }}'"), COMPONENTS_RESOLVER)
