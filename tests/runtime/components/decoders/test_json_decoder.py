from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.components.decoders import DECODER
from penstock.errors import ResponseError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import Fakes, built, component

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text()
OBJECTS = st.dictionaries(st.text(), SCALARS | st.lists(SCALARS), min_size=1)


def decoded(body: bytes, content_type: str = "application/json") -> list[Any]:
    return list(
        built("{type: JsonDecoder}", DECODER)(HttpResponse(200, {"Content-Type": content_type}, body))
    )


@pytest.mark.parametrize(
    ("body", "elements"),
    [
        pytest.param(b'{"id": 1}', [{"id": 1}], id="an object is the one element"),
        pytest.param(b'[{"id": 1}, {"id": 2}]', [{"id": 1}, {"id": 2}], id="of a list each item is one"),
        pytest.param(b"7", [7], id="a lone value is the one element"),
        pytest.param(b"[]", [{}], id="an empty list counts as an empty object"),
        pytest.param(b"null", [{}], id="null counts as an empty object"),
        pytest.param(b"", [{}], id="no body at all, as of a 204"),
        pytest.param(b" \r\n", [{}], id="a blank body"),
        pytest.param(b'\xef\xbb\xbf{"id": 1}', [{"id": 1}], id="a byte-order mark is skipped"),
        pytest.param(b'{"a": Infinity}', [{"a": float("inf")}], id="JavaScript's numbers are read"),
        pytest.param(b'{"a": "\\ud800"}', [{"a": "\ud800"}], id="half a surrogate pair is read"),
        pytest.param(b'{"a": "\xff"}', [{"a": "\ufffd"}], id="a byte that is no UTF-8 becomes U+FFFD"),
    ],
)
def test_a_body_gives_its_elements(body: bytes, elements: list[Any]) -> None:
    """A top-level list is split here, so `field_path` applies to each of its items."""
    assert decoded(body) == elements


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        pytest.param("application/json; charset=iso-8859-1", "Zoë", id="the named character set"),
        pytest.param('application/json; charset="ISO-8859-1"', "Zoë", id="in quotes and capitals"),
        pytest.param("application/json; charset=klingon", "Zo\ufffd", id="an unknown one counts as UTF-8"),
        pytest.param("application/json", "Zo\ufffd", id="none counts as UTF-8"),
    ],
)
def test_the_server_names_the_character_set(content_type: str, name: str) -> None:
    """RFC 8259 §8.1 asks for UTF-8; a server that says otherwise is believed."""
    assert decoded('{"name": "Zoë"}'.encode("latin-1"), content_type) == [{"name": name}]


@pytest.mark.parametrize(
    ("body", "content_type", "told"),
    [
        pytest.param(b"<p>ada@example.com</p>", "text/html", "22 bytes of HTML", id="a web page"),
        pytest.param(b'{"id": 1', "application/json", "8 bytes of JSON", id="JSON that breaks off"),
        pytest.param(b"[" * 100_000, "", "100000 bytes of an unknown kind", id="JSON that nests too deep"),
    ],
)
def test_a_body_that_is_no_json_holds_no_records(body: bytes, content_type: str, told: str) -> None:
    """As in the reference runtime it is no failure; the log tells its kind and size, and nothing of what it says."""
    fakes = Fakes()
    decode = component("{type: JsonDecoder}", DECODER).build(fakes.resources())

    elements = list(decode(HttpResponse(200, {"Content-Type": content_type}, body)))

    assert elements == [{}]
    assert fakes.logged == [f"WARN stream orders: expected JSON, got {told} (HTTP 200); they hold no records"]


def test_a_run_may_refuse_what_is_no_json() -> None:
    """`penstock sync` would rather stop than load a table without rows."""
    strict = replace(Fakes().resources(), refuse_unreadable=True)
    decode = component("{type: JsonDecoder}", DECODER).build(strict)

    with pytest.raises(ResponseError, match=r"got 6 bytes of HTML \(HTTP 200\)"):
        decode(HttpResponse(200, {"content-type": "text/html"}, b"<html>"))


@given(st.lists(OBJECTS, min_size=1))
def test_encoding_and_decoding_gives_the_elements_back(elements: list[Any]) -> None:
    """However the JSON is written: escaped or not, compact or indented."""
    assert decoded(json.dumps(elements).encode()) == elements
    assert decoded(json.dumps(elements, ensure_ascii=False, indent=1).encode()) == elements
