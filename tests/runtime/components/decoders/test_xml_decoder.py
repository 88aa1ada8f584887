from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from penstock.components.decoders import DECODER
from penstock.errors import ResponseError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import Fakes, built, component

MANIFEST = "{type: XmlDecoder}"


@pytest.mark.parametrize(
    ("body", "element"),
    [
        pytest.param(b"<r><i>1</i><i>2</i></r>", {"r": {"i": ["1", "2"]}}, id="a tag that repeats is a list"),
        pytest.param(b"<r><i>1</i></r>", {"r": {"i": "1"}}, id="one that does not is a value"),
        pytest.param(b'<r><i id="7">t</i></r>', {"r": {"i": {"@id": "7", "#text": "t"}}}, id="attributes"),
        pytest.param(b"<r><i/></r>", {"r": {"i": None}}, id="an empty tag is null"),
        pytest.param(b"<r><![CDATA[<x>]]></r>", {"r": "<x>"}, id="text that is no markup"),
        pytest.param(
            '<?xml version="1.0" encoding="iso-8859-1"?><r>Zoë</r>'.encode("latin-1"),
            {"r": "Zoë"},
            id="the document names its character set",
        ),
        pytest.param("<r>Zoë</r>".encode(), {"r": "Zoë"}, id="which is UTF-8 otherwise"),
        pytest.param("<r>Zoë</r>".encode("utf-16"), {"r": "Zoë"}, id="or has a byte-order mark"),
    ],
)
def test_a_body_is_one_object(body: bytes, element: Any) -> None:
    assert list(built(MANIFEST, DECODER)(HttpResponse(200, {"Content-Type": "text/xml"}, body))) == [element]


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        pytest.param("iso-8859-1", "Zoë", id="a known one"),
        pytest.param("klingon", "Zo\ufffd", id="an unknown one does not count"),
    ],
)
def test_the_server_names_the_character_set(charset: str, name: str) -> None:
    """RFC 7303 §3: it wins over what the document says."""
    body = b'<?xml version="1.0" encoding="iso-8859-1"?><r>Zo\xeb</r>'
    if charset == "klingon":
        body = "<r>Zo\ufffd</r>".encode()
    response = HttpResponse(200, {"Content-Type": f"text/xml; charset={charset}"}, body)

    assert list(built(MANIFEST, DECODER)(response)) == [{"r": name}]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<r><i></r>", id="tags that do not match"),
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"id": "ada@example.com"}', id="JSON"),
        pytest.param(
            b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', id="entities of its own, which may explode"
        ),
    ],
)
def test_a_body_that_is_no_xml_holds_no_records(body: bytes) -> None:
    """As in the reference runtime it is no failure; the log tells its kind and size, and nothing of what it says."""
    fakes = Fakes()
    decode = component(MANIFEST, DECODER).build(fakes.resources())

    elements = list(decode(HttpResponse(200, {"Content-Type": "text/html"}, body)))

    assert elements == [{}]
    told = f"expected XML, got {len(body)} bytes of HTML (HTTP 200)"
    assert fakes.logged == [f"WARN stream orders: {told}; they hold no records"]


def test_a_run_may_refuse_what_is_no_xml() -> None:
    strict = replace(Fakes().resources(), refuse_unreadable=True)

    with pytest.raises(ResponseError, match="expected XML, got 0 bytes"):
        component(MANIFEST, DECODER).build(strict)(HttpResponse(200, {}, b""))
