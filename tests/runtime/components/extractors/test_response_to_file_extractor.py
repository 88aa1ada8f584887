from __future__ import annotations

import gzip
import zlib
from typing import Any, cast

import pytest

from penstock.components.extractors import EXTRACTOR
from penstock.components.extractors.response_to_file_extractor import ResponseToFileExtractor
from penstock.errors import ResponseError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import Fakes, built, component

MANIFEST = "{type: ResponseToFileExtractor}"


def rows(body: bytes, manifest: str = MANIFEST) -> list[Any]:
    extractor = cast("ResponseToFileExtractor", component(manifest, EXTRACTOR))
    return list(extractor.decoder(Fakes().resources())(HttpResponse(200, {}, body)))


@pytest.mark.parametrize(
    ("body", "records"),
    [
        pytest.param(b"id,n\n007,1.50\n", [{"id": "007", "n": "1.50"}], id="every value is a text"),
        pytest.param(b'id,n\n1,"a\nb"\n', [{"id": "1", "n": "a\nb"}], id="quotes hold line ends"),
        pytest.param(b"id,n\n1\n", [{"id": "1", "n": None}], id="what a row lacks is null"),
        pytest.param(b"id,n\n\n \n1,2\n", [{"id": "1", "n": "2"}], id="blank lines are no rows"),
        pytest.param(b"id,n\n,\n", [{"id": None, "n": None}], id="a row of empty values is one"),
        pytest.param(b"\xef\xbb\xbfid\n1\n", [{"id": "1"}], id="a byte-order mark is no part of a name"),
        pytest.param(b"i\0d\n1\0\n", [{"id": "1"}], id="null characters go"),
        pytest.param(
            b"id,id,,\n1,2,3,4\n",
            [{"id": "1", "id.1": "2", "Unnamed: 2": "3", "Unnamed: 3": "4"}],
            id="columns with one name, or none, are told apart",
        ),
        pytest.param(
            gzip.compress(b"id\n1\n") + gzip.compress(b"2\n"), [{"id": "1"}, {"id": "2"}], id="gzip"
        ),
        pytest.param(zlib.compress(b"id\n1\n"), [{"id": "1"}], id="zlib"),
        pytest.param(b"x\n1\n", [{"x": "1"}], id="what begins like zlib and is none"),
        pytest.param(b"id\n", [], id="names alone"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_a_report_is_read_row_by_row(body: bytes, records: list[Any]) -> None:
    assert rows(body) == records


@pytest.mark.parametrize(
    ("manifest", "kept"),
    [
        pytest.param(MANIFEST, ["none", "-", "0"], id="words for nothing are null"),
        pytest.param(
            "{type: ResponseToFileExtractor, preserve_na_values: true}",
            ["NA", "null", "None", "nan", "#N/A", "none", "-", "0"],
            id="but for the empty one they can be kept",
        ),
    ],
)
def test_empty_values_are_null(manifest: str, kept: list[str]) -> None:
    """The words are those that data frames take for no value."""
    body = "a,b\n" + "".join(f"{word},\n" for word in ["NA", "null", "None", "nan", "#N/A", "none", "-", "0"])

    read = rows(body.encode(), manifest)

    assert [row["a"] for row in read if row["a"] is not None] == kept
    assert {row["b"] for row in read} == {None}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"a,b\n1,2,3\n", "line 2 has 3 values, the first one 2 names", id="a row too long"),
        pytest.param(b'a,b\n1,"2\n3,4\n', "breaks off inside a quoted value", id="a quote never closed"),
        pytest.param(b"a\n\xeb\n", "the report is not in UTF-8", id="another character set"),
        pytest.param(gzip.compress(b"a\n1\n" * 99)[:-9], "damaged or breaks off", id="half a gzip file"),
        pytest.param(zlib.compress(b"a\n1\n" * 99)[:-9], "damaged or breaks off", id="half of zlib"),
    ],
)
def test_a_report_that_is_not_whole_is_an_error(body: bytes, told: str) -> None:
    """A report that came in part must not count as a short one."""
    with pytest.raises(ResponseError, match=f"stream orders: .*{told}"):
        rows(body)


def test_a_row_is_a_record() -> None:
    assert list(built(MANIFEST, EXTRACTOR)({"id": "1"})) == [{"id": "1"}]
