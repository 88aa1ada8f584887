from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from penstock.components.decoders import DECODER
from penstock.errors import ResponseError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import Fakes, built, component

MANIFEST = "{type: JsonlDecoder}"


@pytest.mark.parametrize(
    ("body", "elements"),
    [
        pytest.param(b'{"id": 1}\n{"id": 2}\n', [{"id": 1}, {"id": 2}], id="a value a line"),
        pytest.param(b'{"id": 1}\r\n{"id": 2}', [{"id": 1}, {"id": 2}], id="lines as Windows ends them"),
        pytest.param(b'\n{"id": 1}\n  \n', [{"id": 1}], id="blank lines are passed over"),
        pytest.param(b"[1, 2]\nnull\n7", [[1, 2], None, 7], id="values of every kind as they are"),
        pytest.param(b'\xef\xbb\xbf{"id": 1}', [{"id": 1}], id="a byte-order mark is no part of the first"),
        pytest.param(
            b'{"id": 123456789012345678901}',
            [{"id": 123456789012345678901}],
            id="a whole number of any length stays whole",
        ),
        pytest.param(b'{"a": Infinity}', [{"a": float("inf")}], id="JavaScript's numbers are read"),
        pytest.param(b'{"a": "\\ud800"}', [{"a": "\ud800"}], id="half a surrogate pair is read"),
        pytest.param('{"a": "x\u2028y"}'.encode(), [{"a": "x\u2028y"}], id="only a line feed ends a line"),
        pytest.param(b"", [], id="no lines, no elements"),
    ],
)
def test_each_line_is_an_element(body: bytes, elements: list[Any]) -> None:
    assert list(built(MANIFEST, DECODER)(HttpResponse(200, {}, body))) == elements


def test_elements_come_while_the_answer_arrives() -> None:
    """A line is there as soon as the piece that holds its end is."""
    assert built(MANIFEST, DECODER).streams


def test_lines_that_are_no_json_are_counted_and_passed_over() -> None:
    """The log tells how many, and nothing of what they say."""
    fakes = Fakes()
    decode = component(MANIFEST, DECODER).build(fakes.resources())

    elements = list(decode(HttpResponse(200, {}, b'{"id": 1}\nada@example.com\n\n{"id": 2\n{"id": 3}')))

    assert elements == [{"id": 1}, {"id": 3}]
    assert fakes.logged == ["WARN stream orders: 2 of 5 lines are no JSON; they hold no records"]


def test_a_run_may_refuse_lines_that_are_no_json() -> None:
    """`penstock sync` would rather stop than load half a table; what came before is given."""
    strict = replace(Fakes().resources(), refuse_unreadable=True)
    elements = iter(component(MANIFEST, DECODER).build(strict)(HttpResponse(200, {}, b'{"id": 1}\nno')))

    assert next(elements) == {"id": 1}
    with pytest.raises(ResponseError, match="stream orders: line 2 is no JSON"):
        next(elements)


def test_a_line_that_is_not_utf8_is_an_error() -> None:
    """JSON Lines are UTF-8; another character set would garble names."""
    with pytest.raises(ResponseError, match="stream orders: line 2 is not in UTF-8"):
        list(built(MANIFEST, DECODER)(HttpResponse(200, {}, b'{"id": 1}\n{"id": "\xeb"}')))


def test_a_line_that_never_ends_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else one line of a broken answer would fill the memory."""
    monkeypatch.setattr("penstock.components.decoders.MOST_HELD_BYTES", 10)

    with pytest.raises(ResponseError, match="a line is over 10 bytes"):
        list(built(MANIFEST, DECODER)(HttpResponse(200, {}, b'{"id": 1234567}')))
