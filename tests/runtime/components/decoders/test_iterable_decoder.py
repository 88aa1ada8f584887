from __future__ import annotations

import pytest

from penstock.components.decoders import DECODER
from penstock.errors import ResponseError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import built

MANIFEST = "{type: IterableDecoder}"


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        pytest.param(b"a\nb\n", ["a", "b"], id="a record a line"),
        pytest.param(b"a\r\nb\rc", ["a", "b", "c"], id="lines as Windows and old Macs end them"),
        pytest.param(b"a\n\nb", ["a", "", "b"], id="a blank line is a line"),
        pytest.param(b" a \n", [" a "], id="white space stays"),
        pytest.param("Zoë\u2028\n".encode(), ["Zoë\u2028"], id="any letter"),
        pytest.param(b"", [], id="no lines, no records"),
    ],
)
def test_each_line_is_a_record(body: bytes, texts: list[str]) -> None:
    decode = built(MANIFEST, DECODER)

    assert list(decode(HttpResponse(200, {}, body))) == [{"record": text} for text in texts]
    assert decode.streams


def test_a_line_that_is_not_utf8_is_an_error() -> None:
    """What came before is given."""
    elements = iter(built(MANIFEST, DECODER)(HttpResponse(200, {}, b"a\n\xeb\n")))

    assert next(elements) == {"record": "a"}
    with pytest.raises(ResponseError, match="stream orders: line 2 is not in UTF-8"):
        next(elements)


def test_a_line_that_never_ends_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("penstock.components.decoders.iterable_decoder.MOST_HELD_BYTES", 4)

    with pytest.raises(ResponseError, match="a line is over 4 characters"):
        list(built(MANIFEST, DECODER)(HttpResponse(200, {}, b"abcdef")))
