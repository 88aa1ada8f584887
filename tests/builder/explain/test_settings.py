from __future__ import annotations

import pytest

from penstock.authoring import ConfigError, read_text
from penstock_builder.explain.settings import all_streams, as_text, find_stream, settings

MANIFEST = """\
version: 7.39.1
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
definitions:
  retriever:
    type: SimpleRetriever
    requester: {type: HttpRequester, url: "https://api.example.com"}
    record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
streams:
  - type: DeclarativeStream
    $parameters: {name: orders, path: orders}
    retriever: {$ref: "#/definitions/retriever"}
    transformations:
      - {type: KeysToLower}
      - {type: RemoveFields, field_pointers: [[note]]}
  - type: DeclarativeStream
    name: lines
    retriever:
      $ref: "#/definitions/retriever"
      partition_router:
        type: SubstreamPartitionRouter
        parent_stream_configs:
          - {type: ParentStreamConfig, parent_key: id, partition_field: order, stream: {$ref: "#/streams/0"}}
"""


def explained(name: str) -> list[tuple[int, str, str, str]]:
    tree = read_text(MANIFEST, "m.yaml").tree
    assert tree is not None
    return [(s.depth, s.name, s.value, s.origin) for s in settings(find_stream(tree, name))]


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param((1, "name", "orders", "m.yaml:11:25, by $parameters"), id="handed down by parameters"),
        pytest.param(
            (1, "retriever", "SimpleRetriever", "m.yaml:6:5, by $ref at m.yaml:12:23"),
            id="through a reference",
        ),
        pytest.param((3, "url", "https://api.example.com", "m.yaml:7:43"), id="as written"),
        pytest.param((3, "path", "orders", "m.yaml:11:39, by $parameters"), id="a parameter deep below"),
        pytest.param((3, "http_method", "GET", "default"), id="a default"),
        pytest.param((1, "transformations 2", "RemoveFields", "m.yaml:15:9"), id="one of a list"),
        pytest.param((2, "field_pointers", '[["note"]]', "m.yaml:15:46"), id="a list of a field"),
    ],
)
def test_each_setting_comes_with_its_origin(setting: tuple[int, str, str, str]) -> None:
    """The line that counts, and the ways by which it got here."""
    assert setting in explained("orders")


def test_another_stream_inside_is_told_by_its_name() -> None:
    """It has an explanation of its own."""
    inside = explained("lines")

    assert (4, "stream", "DeclarativeStream", "m.yaml:10:5, by $ref at m.yaml:23:95") in inside
    assert [name for depth, name, *_ in inside if depth > 4] == ["name"]


def test_the_text_is_indented_and_has_a_column_of_origins() -> None:
    """One line a setting."""
    tree = read_text(MANIFEST, "m.yaml").tree
    assert tree is not None

    lines = as_text(settings(find_stream(tree, "orders"))).splitlines()

    assert lines[0].startswith("DeclarativeStream ")
    assert lines[1].startswith("  name: orders ")
    assert lines[1].endswith("  m.yaml:11:25, by $parameters")


def test_a_stream_that_is_not_there_is_told() -> None:
    """With the one that was probably meant."""
    tree = read_text(MANIFEST).tree
    assert tree is not None

    assert {part.value("name") for part in all_streams(tree)} == {"orders", "lines"}
    with pytest.raises(ConfigError, match="no stream `order`") as raised:
        find_stream(tree, "order")
    assert raised.value.hint == "did you mean `orders`?"
