from __future__ import annotations

from penstock.components.streams.dynamic_declarative_stream import DYNAMIC_STREAM, DynamicDeclarativeStream
from penstock.manifest.load import load_text
from penstock.manifest.patch import replaced
from penstock.registry.decode import BlueprintDecoder
from penstock.testing.fakes import component

TEXT = """
type: DynamicDeclarativeStream
stream_template:
  name: placeholder
  retriever:
    requester: {url: https://api.example.com/orders}
    record_selector: {extractor: {field_path: []}}
components_resolver:
  type: ParametrizedComponentsResolver
  stream_parameters: {list_of_parameters_for_stream: []}
  components_mapping: []
"""


def test_a_blueprint_keeps_the_manifest_of_a_component() -> None:
    """With every place, and what the component is by the place where it stands."""
    made = component(TEXT, DYNAMIC_STREAM)
    assert isinstance(made, DynamicDeclarativeStream)
    blueprint = made.stream_template

    assert blueprint.place == ("DynamicDeclarativeStream", "stream_template")
    assert blueprint.node.value["name"].line == 4


def test_components_of_one_blueprint_share_what_does_not_differ() -> None:
    """So a thousand streams cost little more than their names."""
    made = component(TEXT, DYNAMIC_STREAM)
    assert isinstance(made, DynamicDeclarativeStream)
    node = made.stream_template.node
    decoder = BlueprintDecoder(made.stream_template, parents_win=True)

    first, second = (
        decoder.component(replaced(node, ["name"], load_text(name))) for name in ("orders", "refunds")
    )

    assert (first.name, second.name) == ("orders", "refunds")
    assert first.retriever is second.retriever
