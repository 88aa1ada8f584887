from __future__ import annotations

from penstock.authoring import read_text
from penstock.registry.tree import Placed

MANIFEST = """
version: 7.39.1
check: {stream_names: [orders]}
definitions:
  retriever:
    requester:
      url: "https://api.example.com/{{ parameters['path'] }}"
      authenticator: {class_name: components.Signed, inner: {type: BearerAuthenticator, api_token: "{{ config.a }}"}}
    record_selector: {extractor: {field_path: []}}
    paginator: {type: NoPaginaton}
streams:
  - name: orders
    $parameters: {path: orders}
    retriever: {$ref: "#/definitions/retriever"}
    incremental_sync: null
"""


def tree() -> Placed:
    found = read_text(MANIFEST).tree
    assert found is not None
    return found


def test_each_component_is_at_its_place() -> None:
    """With its type, also where that is implied, and in the order of the manifest."""
    places = [(part.field, part.type_name) for part in tree().walk()]

    assert places == [
        ("", "DeclarativeSource"),
        ("check", "CheckStream"),
        ("streams", "DeclarativeStream"),
        ("retriever", "SimpleRetriever"),
        ("requester", "HttpRequester"),
        ("authenticator", "CustomAuthenticator"),
        ("inner", "BearerAuthenticator"),
        ("record_selector", "RecordSelector"),
        ("extractor", "DpathExtractor"),
    ]


def test_a_part_knows_what_holds_it() -> None:
    """Up to the manifest."""
    [requester] = tree().find("HttpRequester")

    stream = requester.holder("DeclarativeStream")
    assert stream is not None
    assert stream.value("name") == "orders"
    assert requester.holder("DynamicDeclarativeStream") is None


def test_a_field_has_its_node_and_its_value() -> None:
    """Null is as if it were not there, and a default counts as a value only."""
    [requester] = tree().find("HttpRequester")
    [stream] = tree().find("DeclarativeStream")

    assert stream.get("incremental_sync") is None
    assert requester.get("http_method") is None
    assert requester.value("http_method") == "GET"
    url = requester.get("url")
    assert url is not None
    assert (url.line, url.col) == (7, 12)


def test_texts_are_those_of_a_part_alone() -> None:
    """Those of its parts are theirs."""
    [custom] = tree().find("CustomAuthenticator")
    [bearer] = tree().find("BearerAuthenticator")

    assert [(name, node.value) for name, node in custom.texts] == [
        ("class_name", "components.Signed"),
        ("path", "orders"),  # by `$parameters`
    ]
    assert ("api_token", "{{ config.a }}") in [(name, node.value) for name, node in bearer.texts]
