from __future__ import annotations

from typing import Any

import pytest

from penstock.diagnostics import Span
from penstock.errors import ExpressionError
from penstock.expressions.compile import Template
from penstock.expressions.forms import Body, Condition, Text, TextMap, number, whole_number

RECORD = {"id": 7, "name": "Ada", "none": None, "empty": "", "tags": ["a", "b"], "nested": {"id": 8}}
SCOPE = {"record": RECORD}


def template(text: str) -> Template:
    return Template(text, Span("shop.yaml", 1, 1), {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("orders", "orders", id="a text"),
        pytest.param("12", 12, id="a text that is a literal"),
        pytest.param("{{ record['id'] }}", 7, id="a number"),
        pytest.param("order-{{ record['id'] }}", "order-7", id="a text with a number in it"),
        pytest.param("{{ record['id'] }}{{ record['id'] }}", 77, id="two numbers make one"),
        pytest.param("{{ record['missing'] }}", "", id="what is missing is empty text"),
        pytest.param("{{ record['empty'] }}", "", id="what is empty is empty text"),
        pytest.param("", "", id="an empty text"),
        pytest.param("{{ record['none'] }}", None, id="null"),
    ],
)
def test_a_text_gives_its_value(text: str, value: object) -> None:
    """Most text fields are of this form."""
    assert Text(template(text))(SCOPE) == value


def test_a_text_through_something_missing_is_an_error() -> None:
    """A path or a token with a hole in it would be sent as a wrong one."""
    with pytest.raises(ExpressionError, match="it reads a part of something that is not there"):
        Text(template("{{ record.missing.id }}"))(SCOPE)


def test_a_text_as_text_is_never_a_literal() -> None:
    """Paths and names are texts, also those of digits."""
    assert Text(template("{{ record['id'] }}")).text(SCOPE) == "7"


def test_a_text_without_expressions_knows_what_it_is() -> None:
    """The name of a stream is such a text; nothing is evaluated to learn it."""
    assert Text(template("orders")).constant == "orders"
    assert Text(template("{{ record['id'] }}")).constant is None


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("{{ record['id'] == 7 }}", True, id="a comparison that holds"),
        pytest.param("{{ record['id'] > 7 }}", False, id="a comparison that does not"),
        pytest.param("{{ record['name'] }}", True, id="a text"),
        pytest.param("{{ record['id'] }}", True, id="a number"),
        pytest.param("{{ record['missing'] }}", False, id="what is missing"),
        pytest.param("{{ record.missing.id }}", False, id="a part of what is missing"),
        pytest.param("{{ record['none'] }}", False, id="null"),
        pytest.param("{{ record['none'] > 1 }}", True, id="a comparison with null, as the language has it"),
        pytest.param("", False, id="an empty text"),
        pytest.param("{{ '' }}", False, id="an empty result"),
        pytest.param("false", False, id="the word false"),
        pytest.param("False", False, id="Python's false"),
        pytest.param("FALSE", True, id="but no other spelling"),
        pytest.param("no", True, id="nor another word"),
        pytest.param("0", False, id="zero"),
        pytest.param("0.0", False, id="zero with a point"),
        pytest.param("'0.0'", False, id="the same in quotes"),
        pytest.param("{{ [] }}", False, id="an empty list"),
        pytest.param("{{ {} }}", False, id="an empty mapping"),
        pytest.param("()", False, id="an empty tuple"),
        pytest.param("set()", False, id="an empty set"),
    ],
)
def test_a_condition_holds_unless_it_is_false(text: str, holds: bool) -> None:
    """False are: nothing, null, zero, what is empty, and the two spellings of false."""
    assert Condition(template(text))(SCOPE) is holds


def text_map(entries: dict[str, str]) -> TextMap:
    return TextMap({key: template(text) for key, text in entries.items()}, None)


@pytest.mark.parametrize(
    ("entries", "made"),
    [
        pytest.param({"page": "{{ record['id'] }}"}, {"page": "7"}, id="a number stays text"),
        pytest.param({"page": "12"}, {"page": "12"}, id="a text of digits stays text"),
        pytest.param({"tags": "{{ record['tags'] }}"}, {"tags": ["a", "b"]}, id="a list stays a list"),
        pytest.param({"a": "{{ record['missing'] }}"}, {}, id="what is missing is left out"),
        pytest.param({"a": "{{ record.missing.id }}"}, {}, id="so is a part of what is missing"),
        pytest.param({"a": ""}, {}, id="so is an empty text"),
        pytest.param({"a": "{{ record.get('missing') }}"}, {"a": "None"}, id="null becomes a word"),
        pytest.param({"{{ record['name'] }}": "x"}, {"Ada": "x"}, id="a name may be an expression"),
        pytest.param({"{{ record['id'] }}": "x"}, {"7": "x"}, id="a name is text"),
    ],
)
def test_a_map_of_texts_leaves_out_what_is_missing(entries: dict[str, str], made: dict[str, Any]) -> None:
    """Request parameters and headers: an entry without a value is not sent."""
    assert text_map(entries)(SCOPE) == made


@pytest.mark.parametrize(
    ("types", "page"),
    [
        pytest.param(None, 7, id="all"),
        pytest.param((str,), "7", id="text only"),
    ],
)
def test_a_map_of_texts_admits_the_types_that_are_asked_for(types: Any, page: object) -> None:
    """A JSON form field may be a number, a header is text."""
    assert text_map({"page": "{{ record['id'] }}"})(SCOPE, types) == {"page": page}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        pytest.param("{{ record['nested'] }}", {"id": 8}, id="a mapping"),
        pytest.param("{{ {'page': record['id']} }}", {"page": 7}, id="a mapping made in place"),
        pytest.param("{{ record['missing'] }}", {}, id="what is missing"),
        pytest.param("{{ record['name'] }}", {}, id="a text"),
        pytest.param("{{ record['tags'] }}", {}, id="a list"),
    ],
)
def test_a_whole_text_may_give_the_map(text: str, made: dict[str, Any]) -> None:
    """What is no mapping counts as none."""
    assert TextMap({}, template(text))(SCOPE) == made


def test_a_body_is_evaluated_at_every_depth() -> None:
    """Keys and texts are expressions and keep their types; null entries go, null items of lists stay."""
    body = Body(
        {
            template("{{ record['name'] }}"): {template("id"): template("{{ record['id'] }}")},
            template("list"): [template("{{ record['missing'] }}"), template("x"), 5],
            template("gone"): template("{{ record['none'] }}"),
            template("limit"): 100,
        }
    )

    assert body(SCOPE) == {"Ada": {"id": 7}, "list": [None, "x", 5], "limit": 100}


def test_a_body_may_be_one_text() -> None:
    """It gives the value itself."""
    assert Body(template("{{ record['nested'] }}"))(SCOPE) == {"id": 8}


@pytest.mark.parametrize("value", [None, True, "12", [], {}])
def test_a_result_that_must_be_a_number_is_checked(value: object) -> None:
    """Page sizes and waiting times: `true` and `12` in quotes are none. The config is to blame."""
    for check, word in ((whole_number, "a whole number"), (number, "a number")):
        with pytest.raises(ExpressionError, match=f"^the page size is not {word}$") as raised:
            check(value, "the page size")
        assert raised.value.failure_type == "config_error"


def test_a_number_is_given_back() -> None:
    """Whole numbers are numbers too, but not the other way round."""
    assert whole_number(12, "the page size") == 12
    assert (number(12, "the wait"), number(1.5, "the wait")) == (12.0, 1.5)
    with pytest.raises(ExpressionError):
        whole_number(1.5, "the page size")
