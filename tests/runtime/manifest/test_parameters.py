from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from penstock.diagnostics import Diagnostics, Span
from penstock.errors import ManifestError
from penstock.manifest.load import load_text
from penstock.manifest.node import Node, plain
from penstock.manifest.parameters import hand_down_parameters
from penstock.registry.decode import Grammar

Json = Any


def hand_down(text: str) -> tuple[Node, Diagnostics]:
    found = Diagnostics()
    return hand_down_parameters(load_text(dedent(text), "shop.yaml"), Grammar(), found), found


def requester(text: str) -> Json:
    """The requester of the only stream, after parameters were handed down."""
    return plain(hand_down(text)[0])["streams"][0]["retriever"]["requester"]


def test_every_component_below_receives_every_parameter() -> None:
    """A parameter becomes a field, and is kept in `$parameters` for expressions to read."""
    root, _ = hand_down("streams: [{$parameters: {path: /orders}, retriever: {requester: {url: u}}}]")

    stream = plain(root)["streams"][0]
    for component in (stream, stream["retriever"], stream["retriever"]["requester"]):
        assert component["path"] == "/orders"
        assert component["$parameters"] == {"path": "/orders"}
    assert "path" not in plain(root)


@pytest.mark.parametrize(
    ("written", "path", "warnings"),
    [
        pytest.param("{url: u}", "/orders", 0, id="a missing field is filled"),
        pytest.param("{path: ~}", "/orders", 0, id="a null field is filled"),
        pytest.param("{path: ''}", "/orders", 1, id="an empty field is replaced, with a warning"),
        pytest.param("{path: 0}", "/orders", 1, id="a zero is replaced, with a warning"),
        pytest.param("{path: []}", "/orders", 1, id="an empty list is replaced, with a warning"),
        pytest.param("{path: /mine}", "/mine", 0, id="what the component says stays"),
    ],
)
def test_a_parameter_fills_a_field_that_has_no_value(written: str, path: str, warnings: int) -> None:
    """The reference runtime takes any false value for a missing one; where that surprises, it is told."""
    root, found = hand_down(
        f"streams: [{{$parameters: {{path: /orders}}, retriever: {{requester: {written}}}}}]"
    )

    assert plain(root)["streams"][0]["retriever"]["requester"]["path"] == path
    assert [problem.rule for problem in found.all] == ["parameter-overrides-falsy"] * warnings


def test_a_falsy_value_that_is_no_field_is_replaced_in_silence() -> None:
    """A requester has no `name`, so nothing that counts is lost."""
    _, found = hand_down("streams: [{$parameters: {name: x}, retriever: {requester: {name: ''}}}]")

    assert found.all == ()


def test_inner_parameters_win_over_outer_ones() -> None:
    """They add up on the way down."""
    assert requester(
        """
        streams:
          - $parameters: {path: /outer, http_method: POST}
            retriever: {requester: {$parameters: {path: /inner}}}
        """
    )["$parameters"] == {"path": "/inner", "http_method": "POST"}


def test_types_are_filled_in_where_parameters_pass() -> None:
    """Which fields a component has depends on its type; one with a `class_name` is a custom one."""
    made = requester(
        """
        $parameters: {path: /orders}
        streams: [{retriever: {requester: {authenticator: {class_name: components.Login}}}}]
        """
    )

    assert made["type"] == "HttpRequester"
    assert made["authenticator"]["type"] == "CustomAuthenticator"


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "object", "properties": {}}, id="an object"),
        pytest.param({"type": ["object", "null"]}, id="a list of types"),
        pytest.param({"type": ["null", "string"]}, id="any list of types"),
        pytest.param({"type": {"$id": "x"}}, id="a mapping as type"),
    ],
)
def test_a_json_schema_receives_no_parameters(schema: Json) -> None:
    """What has `type: object`, or a type that is no text, is a JSON Schema and no component."""
    root, _ = hand_down(
        f"""
        $parameters: {{name: orders}}
        streams: [{{schema_loader: {{type: InlineSchemaLoader, schema: {schema}}}}}]
        """
    )

    assert plain(root)["streams"][0]["schema_loader"]["schema"] == schema


def test_a_mapping_without_type_is_passed_through() -> None:
    """It receives nothing itself; components that stand in it do."""
    made = requester(
        """
        $parameters: {name: orders}
        streams:
          - retriever:
              requester:
                request_parameters: {limit: 10, nested: {deep: {}}, filter: {type: RecordFilter}}
        """
    )["request_parameters"]

    assert (made["limit"], made["nested"]) == (10, {"deep": {}})
    assert made["filter"]["name"] == "orders"
    assert "name" not in made


def test_a_field_does_not_receive_the_parameter_of_its_own_name() -> None:
    """A parameter that is a component would be put into itself without end."""
    made = requester(
        """
        $parameters: {authenticator: {type: BearerAuthenticator, api_token: x}, path: /orders}
        streams: [{retriever: {requester: {url: u}}}]
        """
    )["authenticator"]

    assert made["path"] == "/orders"
    assert "authenticator" not in made


def test_items_of_a_list_receive_parameters_but_not_items_of_lists_inside() -> None:
    """The reference runtime enters one level of lists."""
    root, _ = hand_down(
        """
        $parameters: {name: orders}
        streams: [{transformations: [{type: AddFields}, [{type: AddFields}]]}]
        """
    )

    first, second = plain(root)["streams"][0]["transformations"]
    assert first["name"] == "orders"
    assert second == [{"type": "AddFields"}]


def test_a_manifest_without_parameters_is_left_as_it_is() -> None:
    """Nothing is copied."""
    root = load_text("streams: [{retriever: {requester: {url: u}}}]")

    assert hand_down_parameters(root, Grammar(), Diagnostics()) is root


def test_a_parameter_is_shown_where_it_was_written() -> None:
    """A problem with the field is a problem with the parameter; `given` tells the two apart."""
    root, _ = hand_down(
        """\
        $parameters: {path: /orders}
        streams: [{name: orders}]
        """
    )

    stream = root.value["streams"].value[0]
    assert stream.value["path"].span == Span("shop.yaml", 1, 21)
    assert stream.given == {"path"}


def test_parameters_that_are_no_mapping_are_an_error() -> None:
    """There would be no names for them."""
    _, found = hand_down("streams: [{$parameters: [path]}]")

    assert [str(problem) for problem in found.all] == [
        "shop.yaml:1:25: error[wrong-type] `$parameters` takes a mapping, not a list of 1"
    ]


def test_parameters_that_grow_without_measure_are_refused() -> None:
    """Every component takes a copy of every parameter, so the product of both is bounded."""
    many = {f"p{i}": i for i in range(10_000)}

    with pytest.raises(ManifestError) as raised:
        hand_down(f"{{$parameters: {many}, streams: {[{'name': f's{i}'} for i in range(101)]}}}")

    assert [problem.rule for problem in raised.value.diagnostics] == ["too-large"]
