from __future__ import annotations

from typing import Any

import pytest

from penstock.diagnostics import Span
from penstock.errors import ExpressionError
from penstock.expressions.compile import Template


def evaluate(expression: str, value: Any) -> Any:
    """What an expression on `value` gives, by the result rule of the language."""
    return Template(f"{{{{ {expression} }}}}", Span("shop.yaml", 1, 1), {}).evaluate({"value": value})


@pytest.mark.parametrize(
    ("expression", "value", "result"),
    [
        pytest.param("value | hash", "abc", "900150983cd24fb0d6963f7d28e17f72", id="hash is MD5"),
        pytest.param(
            "value | hash('sha1')",
            "abc",
            "a9993e364706816aba3e25717850c26c9cd0d89d",
            id="or another algorithm",
        ),
        pytest.param(
            "value | hash('md5', 'c')",
            "ab",
            "900150983cd24fb0d6963f7d28e17f72",
            id="the salt comes after the value",
        ),
        pytest.param(
            "value | hash", 12, "c20ad4d76fe97759aa27a0c99bff6710", id="a number is hashed as its text"
        ),
        pytest.param(
            "value | hmac('key')",
            "The quick brown fox jumps over the lazy dog",
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
            id="hmac is SHA-256",
        ),
        pytest.param("value | base64encode", "user:pass", "dXNlcjpwYXNz", id="base64encode"),
        pytest.param("value | base64decode", "dXNlcjpwYXNz", "user:pass", id="base64decode"),
        pytest.param(
            "value | base64binascii_decode", "user:pass", "dXNlcjpwYXNz", id="base64binascii_decode encodes"
        ),
        pytest.param(
            "value | string", "12", 12, id="string leaves text alone, and the result rule makes a number"
        ),
        pytest.param("value | string", 12, "12", id="string keeps a number text"),
        pytest.param("value | string", {"a": True}, '{"a": true}', id="string makes JSON"),
        pytest.param(
            "value | regex_search('page=(\\\\d+)')", "/items?page=7&n=1", 7, id="regex_search gives its group"
        ),
        pytest.param(
            "value | regex_search('page=(\\\\d+)')", "/items", None, id="regex_search finds nothing"
        ),
        pytest.param("value | regex_search('page')", "page", None, id="regex_search without a group"),
        pytest.param("value | regex_replace('[^a-z]+', '-')", "a, b & c", "a-b-c", id="regex_replace"),
        pytest.param("value | int", "7", 7, id="Jinja's own filters are there"),
    ],
)
def test_a_filter_gives_what_the_language_says(expression: str, value: object, result: object) -> None:
    """Written in a manifest as `{{ value | filter }}`; results that read as literals become them."""
    assert evaluate(expression, value) == result


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("value | hash('rot13')", "x", id="an algorithm that does not exist"),
        pytest.param("value | hmac('key', 'md5')", "x", id="a digest that hmac does not take"),
        pytest.param("value | base64decode", "no base64", id="a text that is no base64"),
        pytest.param("value | base64encode", 12, id="a number in place of text"),
        pytest.param("value | base64binascii_decode", "ä", id="a letter that is not ASCII"),
        pytest.param("value | regex_search('(')", "x", id="a pattern that does not parse"),
    ],
)
def test_a_filter_that_cannot_answer_fails_the_expression(expression: str, value: object) -> None:
    """An ExpressionError with the shape of what was filtered."""
    with pytest.raises(ExpressionError, match=r"on `value`: (text|a number)$"):
        evaluate(expression, value)
