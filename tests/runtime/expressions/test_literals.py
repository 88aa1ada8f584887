from __future__ import annotations

from typing import Any

import pytest

from penstock.expressions.literals import coerce_text, coerce_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("123", 123, id="a whole number"),
        pytest.param("+5", 5, id="a sign"),
        pytest.param(" 5 ", 5, id="blanks around a number"),
        pytest.param("1.50", 1.5, id="a decimal number"),
        pytest.param("1e3", 1000.0, id="an exponent"),
        pytest.param("1_000", 1000, id="underscores"),
        pytest.param("0x10", 16, id="hexadecimal"),
        pytest.param("0b11", 3, id="binary"),
        pytest.param("007", "007", id="leading zeros stay"),
        pytest.param("00", 0, id="only zeros are zero"),
        pytest.param("True", True, id="Python's true"),
        pytest.param("true", "true", id="JSON's true stays text"),
        pytest.param("None", None, id="Python's none"),
        pytest.param("null", "null", id="JSON's null stays text"),
        pytest.param("[1, 2]", [1, 2], id="a list"),
        pytest.param("1,2", (1, 2), id="a comma makes a tuple"),
        pytest.param("{'a': 1}", {"a": 1}, id="a mapping"),
        pytest.param('{"a": 1}', {"a": 1}, id="a JSON object"),
        pytest.param('{"a": true}', '{"a": true}', id="a JSON object with a boolean stays text"),
        pytest.param("'quoted'", "quoted", id="quotes are taken off"),
        pytest.param("b'x'", b"x", id="bytes"),
        pytest.param("set()", set(), id="a set"),
        pytest.param("...", ..., id="dots"),
        pytest.param("5J", "5J", id="a complex number stays text"),
        pytest.param("2024-01-31", "2024-01-31", id="a date stays text"),
        pytest.param("00:10", "00:10", id="a time stays text"),
        pytest.param("1-2", "1-2", id="a sum stays text"),
        pytest.param("https://example.test/1", "https://example.test/1", id="a URL stays text"),
        pytest.param("hello", "hello", id="a word stays text"),
        pytest.param("", "", id="empty text stays empty"),
        pytest.param("9" * 18, 999_999_999_999_999_999, id="many digits"),
        pytest.param("9" * 5000, "9" * 5000, id="more digits than Python reads"),
        pytest.param(
            "0x" + "f" * 4000, "0x" + "f" * 4000, id="a hexadecimal number that Python cannot print"
        ),
        pytest.param("(" * 5000, "(" * 5000, id="brackets too deep for Python's parser"),
        pytest.param("a\0", "a\0", id="a null character"),
        pytest.param("\ud800", "\ud800", id="half of a surrogate pair"),
    ],
)
def test_a_text_that_spells_a_python_literal_becomes_its_value(text: str, value: object) -> None:
    """The language reads every result so; an id with leading zeros survives, an API key `1e5` does not."""
    result = coerce_text(text)

    assert (type(result), result) == (type(value), value)


@pytest.mark.parametrize(
    ("types", "result"),
    [
        pytest.param(None, 12, id="without types every literal is taken"),
        pytest.param((int,), 12, id="a type that is admitted"),
        pytest.param((str, list), "12", id="a type that is not"),
    ],
)
def test_a_literal_of_a_type_that_is_not_admitted_stays_text(types: Any, result: object) -> None:
    """A header keeps the text `12`, a page size becomes the number."""
    assert coerce_text("12", types) == coerce_value(12, types) == result


def test_a_value_is_copied() -> None:
    """What a template gives is the caller's own: changing it leaves the record or the config alone."""
    record = {"tags": [{"name": "new"}]}

    result = coerce_value(record)
    result["tags"][0]["name"] = "old"

    assert record == {"tags": [{"name": "new"}]}


@pytest.mark.parametrize(
    ("value", "result"),
    [
        pytest.param(float("nan"), "nan", id="not a number"),
        pytest.param([float("inf")], "[inf]", id="infinity in a list"),
        pytest.param({1: "x"}, {1: "x"}, id="a key that is no text"),
        pytest.param((1, 2), (1, 2), id="a tuple"),
        pytest.param(range(3), "range(0, 3)", id="an object of Python's"),
    ],
)
def test_a_value_that_is_not_plain_json_goes_over_its_text(value: object, result: object) -> None:
    """What has no literal stays the text that Python prints for it."""
    assert coerce_value(value) == result


def test_a_value_nested_too_deep_for_pythons_parser_becomes_text() -> None:
    """As it does where a template renders it."""
    value: Any = "deep"
    for _ in range(300):
        value = [value]

    assert coerce_value(value) == str(value)
