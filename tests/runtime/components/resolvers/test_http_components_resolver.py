from __future__ import annotations

from typing import Any

import pytest

from penstock.components.resolvers import COMPONENTS_RESOLVER
from penstock.errors import ManifestError
from penstock.manifest.load import load_text
from penstock.manifest.node import plain
from penstock.testing.fakes import Fakes, component, json_response

RESOLVER = """
type: HttpComponentsResolver
retriever:
  requester: {url: "https://api.example.com/bases/{{ stream_partition['base'] }}/tables"}
  record_selector: {extractor: {field_path: []}}
  partition_router: {type: ListPartitionRouter, cursor_field: base, values: [a, b]}
components_mapping:
  - {field_path: [name], value: "{{ stream_slice['base'] }}-{{ components_values['id'] }}"}
  - {field_path: [none], value: x, create_or_update: true}
"""


def names(fakes: Fakes) -> list[Any]:
    """The templates that the resolver makes."""
    resolver = component(RESOLVER, COMPONENTS_RESOLVER).build(fakes.resources())
    return [plain(node) for node in resolver.components(load_text("{name: ''}"), {})]


def test_each_record_of_each_slice_is_a_stream() -> None:
    """A place that the template does not have is never made."""
    fakes = Fakes(answers=[json_response([{"id": 1}, {"id": 2}]), json_response([{"id": 3}])])

    assert names(fakes) == [{"name": "a-1"}, {"name": "a-2"}, {"name": "b-3"}]
    assert [request.url for request in fakes.sent] == [
        "https://api.example.com/bases/a/tables",
        "https://api.example.com/bases/b/tables",
    ]


def test_answers_are_remembered() -> None:
    """A second resolver of the run that asks the same costs nothing."""
    fakes = Fakes(answers=[json_response([{"id": 1}])])
    using = fakes.resources()
    resolvers = [component(RESOLVER, COMPONENTS_RESOLVER).build(using) for _ in range(2)]

    for resolver in resolvers:
        list(resolver.components(load_text("{name: ''}"), {}))

    assert len(fakes.sent) == 2


def test_a_condition_is_for_streams_of_the_config() -> None:
    with pytest.raises(ManifestError, match="`condition` is for streams that come from the config"):
        component(RESOLVER.replace("value: x,", "value: x, condition: '{{ true }}',"), COMPONENTS_RESOLVER)
