from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from penstock.diagnostics import Span
from penstock.expressions.compile import Template
from penstock.expressions.forms import Body, Condition, Text, TextMap
from penstock.manifest.node import Node, Source, fresh
from penstock.registry import Kind, Unread
from penstock.registry.field import FieldSpec
from penstock.registry.values import INVALID, decode, read_annotation

Json = Any
GREETING: Kind[str] = Kind("greeting", "A greeting.")


def spec(slot: Kind[Any] | None = None) -> FieldSpec:
    return FieldSpec("name", "", "The name.", True, None, slot, "Hello", frozenset(), "", False, (), "")


@dataclass
class Here:
    """A place that keeps the problems; a child component decodes to its kind and implied type."""

    where: str = "Hello.name"
    problems: list[tuple[str, str, str]] = field(default_factory=list)

    def error(self, rule: str, message: str, at: Node, hint: str = "") -> None:
        self.problems.append((rule, message, hint))

    def template(self, text: str, at: Node) -> Template | None:
        return Template(text, Span("shop.yaml", 1, 1), {})

    def child(self, node: Node, kind: Kind[Any], implied: str) -> Any:
        return kind.name, implied

    def blueprint(self, node: Node, kind: Kind[Any], implied: str) -> Any:
        return kind.name, implied


def node(value: Json) -> Node:
    return fresh(value, Node(None, Source("shop.yaml", ""), 1, 1))


FORMS: list[Any] = [
    *(str, int, float, bool, Any, Unread),
    *(Text, Condition, TextMap, Body),
    *(list[str], tuple[int, ...], dict[str, int], list[list[str]], dict[str, list[str]]),
    *(str | int, str | None, list[str] | str, Text | list[Text]),
    Literal["GET", "POST"],
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(0.5) | st.sampled_from(["GET", "get", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=5,
)


@given(st.sampled_from(FORMS), json_values)
@example(TextMap, {"page": None})
def test_schema_and_decoder_agree(form: Any, value: Json) -> None:
    """An editor that checks by the schema accepts exactly what a run accepts."""
    value_form = read_annotation(form, spec())
    here = Here()

    decode(value_form, node(value), here)

    valid = jsonschema.Draft7Validator(value_form.schema()).is_valid(value)
    assert valid == (not here.problems)


@pytest.mark.parametrize(
    ("form", "value", "message", "hint"),
    [
        pytest.param(
            str, 1.0, "Hello.name takes text, not a number", "put it in quotes", id="a number for text"
        ),
        pytest.param(str, [], "Hello.name takes text, not a list of 0", "", id="a list for text"),
        pytest.param(int, "12", "Hello.name takes a whole number, not text", "", id="text for a number"),
        pytest.param(
            int, True, "Hello.name takes a whole number, not a boolean", "", id="a boolean for a number"
        ),
        pytest.param(float, None, "Hello.name takes a number, not null", "", id="null for a number"),
        pytest.param(bool, "true", "Hello.name takes true or false, not text", "", id="text for a boolean"),
        pytest.param(list[str], "x", "Hello.name takes a list of text, not text", "", id="text for a list"),
        pytest.param(
            list[str] | str,
            5,
            "Hello.name takes a list of text or text, not a number",
            "",
            id="no option fits",
        ),
        pytest.param(
            dict[str, int],
            [],
            "Hello.name takes a mapping to a whole number, not a list of 0",
            "",
            id="a list for a mapping",
        ),
        pytest.param(
            Text, {}, "Hello.name takes text, not an empty object", "", id="a mapping for an expression"
        ),
        pytest.param(
            Condition, [], "Hello.name takes a condition, not a list of 0", "", id="a list for a condition"
        ),
        pytest.param(
            TextMap,
            5,
            "Hello.name takes a mapping of texts, or a text, not a number",
            "",
            id="a number for parameters",
        ),
        pytest.param(
            TextMap,
            {"page": [1]},
            "`page` of Hello.name takes text, not a list of 1",
            "",
            id="a list for a parameter",
        ),
        pytest.param(
            Body,
            5,
            "Hello.name takes a mapping, a list or a text, not a number",
            "",
            id="a number for a body",
        ),
    ],
)
def test_a_value_of_another_type_is_told_by_its_shape(
    form: Any, value: Json, message: str, hint: str
) -> None:
    """What the field takes and what came, and never the value: configs are merged into manifests."""
    here = Here()

    decode(read_annotation(form, spec()), node(value), here)

    assert here.problems == [("wrong-type", message, hint)]


def test_every_wrong_item_is_told() -> None:
    """Not only the first one."""
    here = Here()

    made = decode(read_annotation(dict[str, list[int]], spec()), node({"a": [1, "x"], "b": ["y", 2]}), here)

    assert made is INVALID
    assert len(here.problems) == 2


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param("PSOT", "did you mean `POST`?", id="a slip"),
        pytest.param("BREW", "one of `GET`, `POST`", id="another word"),
    ],
)
def test_a_word_that_is_no_option_gets_a_hint(value: str, hint: str) -> None:
    """The nearest option, or all of them."""
    here = Here()

    assert decode(read_annotation(Literal["GET", "POST"], spec()), node(value), here) is INVALID
    assert here.problems == [("not-an-option", "Hello.name has no option of this name", hint)]


@pytest.mark.parametrize(
    ("form", "value", "decoded"),
    [
        pytest.param(float, 3, 3, id="a whole number is a number"),
        pytest.param(Any, {"a": [1, None]}, {"a": [1, None]}, id="any value is plain JSON"),
        pytest.param(tuple[str, ...], ["a"], ["a"], id="a list"),
        pytest.param(list[str] | str, "a", "a", id="the option that fits"),
        pytest.param(Unread, {"anything": 1}, None, id="what no one reads is dropped"),
    ],
)
def test_a_value_that_fits_is_decoded(form: Any, value: Json, decoded: object) -> None:
    """To plain Python values."""
    assert decode(read_annotation(form, spec()), node(value), Here()) == decoded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(True, "true", id="a boolean, as the manifest writes it"),
        pytest.param(100, "100", id="a number"),
        pytest.param(1.5, "1.5", id="a number with a point"),
    ],
)
def test_a_scalar_where_an_expression_goes_is_its_text(value: Json, text: str) -> None:
    """`page_size: 100` means the text `100`, which the result rule makes a number again."""
    decoded = decode(read_annotation(Text, spec()), node(value), Here())

    assert decoded.constant == text


def test_a_map_of_texts_leaves_null_out() -> None:
    """`page:` without a value is no parameter."""
    decoded = decode(read_annotation(TextMap, spec()), node({"page": None, "limit": 10}), Here())

    assert decoded({}) == {"limit": "10"}


@pytest.mark.parametrize(
    ("form", "value", "decoded"),
    [
        pytest.param(Any, {}, ("greeting", "Hello"), id="a component"),
        pytest.param(list[Any], [{}, {}], [("greeting", "Hello")] * 2, id="a list of components"),
        pytest.param(Any | None, {}, ("greeting", "Hello"), id="a component that may be missing"),
    ],
)
def test_a_slot_takes_components_of_its_kind(form: Any, value: Json, decoded: object) -> None:
    """The leaves of the annotation are components; where none is named, the implied type is meant."""
    value_form = read_annotation(form, spec(GREETING))

    assert decode(value_form, node(value), Here()) == decoded


def test_a_slot_takes_no_scalar() -> None:
    """A component is a mapping."""
    here = Here()

    decode(read_annotation(Any, spec(GREETING)), node("Hello"), here)

    assert here.problems == [("wrong-type", "Hello.name takes a component (greeting), not text", "")]


def test_an_annotation_that_no_manifest_can_hold_is_a_mistake_of_ours() -> None:
    """It is found when the component is first used, and names the field."""
    with pytest.raises(TypeError, match="the annotation of `name` has no form in a manifest"):
        read_annotation(set[str], spec())
