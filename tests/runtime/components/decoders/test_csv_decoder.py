from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.components.decoders import DECODER
from penstock.errors import ManifestError, ResponseError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import built, component


def rows(body: bytes, settings: str = "") -> list[Any]:
    return list(built(f"{{type: CsvDecoder, {settings}}}", DECODER)(HttpResponse(200, {}, body)))


@pytest.mark.parametrize(
    ("body", "records"),
    [
        pytest.param(b"id,name\n1,a\n2,b", [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}], id="rows"),
        pytest.param(b"id,name\r\n1,a\r\n", [{"id": "1", "name": "a"}], id="lines as Windows ends them"),
        pytest.param(b"id,name\r1,a\r", [{"id": "1", "name": "a"}], id="lines as old Macs ended them"),
        pytest.param(b"id\n\n1\n\n", [{"id": "1"}], id="blank lines are no rows"),
        pytest.param(
            b'id,name\n1,"a, ""b""\r\nc"',
            [{"id": "1", "name": 'a, "b"\nc'}],
            id="quotes hold anything; lines end in one way",
        ),
        pytest.param(b"id,name\n1", [{"id": "1", "name": None}], id="what a row lacks is null"),
        pytest.param(
            b"id\n1,a,b", [{"id": "1", "null": ["a", "b"]}], id="what it has too much is a list in `null`"
        ),
        pytest.param(b"id,id\n1,2", [{"id": "2"}], id="of two columns with one name the last counts"),
        pytest.param(b"\xef\xbb\xbfid\n1", [{"\ufeffid": "1"}], id="a byte-order mark belongs to the name"),
        pytest.param(b"id\n" + b"x" * 200_000, [{"id": "x" * 200_000}], id="a long text"),
        pytest.param(b"id,name\n", [], id="names alone"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_rows_become_objects_of_texts(body: bytes, records: list[Any]) -> None:
    assert rows(body) == records


@pytest.mark.parametrize(
    ("settings", "body", "records"),
    [
        pytest.param("delimiter: ;", b"id;n\n1;a,b", [{"id": "1", "n": "a,b"}], id="another delimiter"),
        pytest.param(r"delimiter: '\t'", b"id\tn\n1\ta", [{"id": "1", "n": "a"}], id="a tab, as an escape"),
        pytest.param(r'delimiter: "\t"', b"id\tn\n1\ta", [{"id": "1", "n": "a"}], id="a tab itself"),
        pytest.param("encoding: iso-8859-1", b"n\nZo\xeb", [{"n": "Zoë"}], id="another character set"),
        pytest.param("encoding: utf-8-sig", b"\xef\xbb\xbfid\n1", [{"id": "1"}], id="one with a mark"),
        pytest.param("encoding: utf-16", "n\nZoë".encode("utf-16"), [{"n": "Zoë"}], id="one of two bytes"),
        pytest.param(
            "set_values_to_none: ['', 'NULL']",
            b"a,b,c\nNULL,,x\nNULL",
            [{"a": None, "b": None, "c": "x"}, {"a": None, "b": None, "c": None}],
            id="values that mean nothing",
        ),
        pytest.param(
            "set_values_to_none: [x]", b"a\nx,x", [{"a": None, "null": ["x"]}], id="but not among the surplus"
        ),
    ],
)
def test_the_manifest_tells_how_the_file_is_written(settings: str, body: bytes, records: list[Any]) -> None:
    assert rows(body, settings) == records


def test_a_file_in_another_character_set_is_an_error() -> None:
    with pytest.raises(ResponseError, match="stream orders: after line 1 the CSV is not in utf-8"):
        rows(b"n\nZo\xeb")


def test_a_value_that_never_ends_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quote that is never closed must not fill the memory."""
    monkeypatch.setattr("penstock.records.csv_rows.MOST_CHARACTERS", 100)

    with pytest.raises(ResponseError, match="stream orders: line 2 is no CSV"):
        rows(b'id\n"' + b"x" * 1_000)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param("encoding: klingon", "`encoding` is no character set", id="an unknown character set"),
        pytest.param("encoding: hex", "`encoding` is no character set", id="an encoding of something else"),
        pytest.param("delimiter: '||'", "`delimiter` takes one character", id="two characters"),
        pytest.param("delimiter: ''", "`delimiter` takes one character", id="no character"),
    ],
)
def test_what_cannot_be_read_is_told_at_once(settings: str, told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        component(f"{{type: CsvDecoder, {settings}}}", DECODER)


TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r"), max_size=8)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_what_a_writer_wrote_is_read_back(written: list[tuple[str, str]]) -> None:
    """With whatever delimiters, quotes and line ends inside the values."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *written])

    assert rows(text.getvalue().encode()) == [{"a": a, "b": b} for a, b in written]
