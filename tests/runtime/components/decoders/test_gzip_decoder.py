from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from penstock.components.decoders import DECODER
from penstock.errors import ManifestError, ResponseError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import built, component

CSV = "{type: CsvDecoder}"
JSON = "{type: JsonDecoder}"
ROWS = [{"id": "1"}, {"id": "2"}]


def elements(body: bytes, decoder: str = CSV) -> list[Any]:
    return list(built(f"{{type: GzipDecoder, decoder: {decoder}}}", DECODER)(HttpResponse(200, {}, body)))


@pytest.mark.parametrize(
    ("decoder", "body", "records"),
    [
        pytest.param(CSV, gzip.compress(b"id\n1\n2"), ROWS, id="a packed file"),
        pytest.param(CSV, b"id\n1\n2", ROWS, id="one that is not packed is read as it is"),
        pytest.param(CSV, gzip.compress(b"id\n1\n") + gzip.compress(b"2\n"), ROWS, id="one in two parts"),
        pytest.param(
            f"{{type: GzipDecoder, decoder: {CSV}}}",
            gzip.compress(gzip.compress(b"id\n1\n2")),
            ROWS,
            id="one packed twice",
        ),
        pytest.param(
            f"{{type: GzipDecoder, decoder: {CSV}}}", gzip.compress(b"id\n1\n2"), ROWS, id="or once"
        ),
        pytest.param(JSON, gzip.compress(b'[{"id": 1}]'), [{"id": 1}], id="a JSON list"),
        pytest.param(JSON, gzip.compress(b'{"id": 1}'), [{"id": 1}], id="a JSON object"),
        pytest.param(JSON, gzip.compress(b"[]"), [], id="an empty JSON list"),
        pytest.param("{type: JsonlDecoder}", gzip.compress(b'{"id": 1}\n'), [{"id": 1}], id="JSON Lines"),
        pytest.param(
            "{type: JsonItemsDecoder, items_path: d}", gzip.compress(b'{"d": [7]}'), [7], id="items of JSON"
        ),
        pytest.param(CSV, b"", [], id="nothing"),
    ],
)
def test_a_file_is_unpacked_and_read(decoder: str, body: bytes, records: list[Any]) -> None:
    assert elements(body, decoder) == records


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(gzip.compress(b""), id="an empty file"),
        pytest.param(gzip.compress(b"<html>"), id="a web page"),
        pytest.param(gzip.compress(b"null"), id="null"),
    ],
)
def test_an_unpacked_file_must_be_json_where_json_is_declared(body: bytes) -> None:
    """As in the reference runtime, which is strict here alone."""
    with pytest.raises(ResponseError, match="stream orders: an unpacked file is no JSON"):
        elements(body, JSON)


def test_a_file_that_would_unpack_to_too_much_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small answer must not fill the memory either."""
    monkeypatch.setattr("penstock.components.decoders.MOST_HELD_BYTES", 1_000)

    with pytest.raises(ResponseError, match="an unpacked file is over 1,000 bytes"):
        elements(gzip.compress(json.dumps(["x" * 2_000]).encode()), JSON)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(gzip.compress(b"id\n1\n2")[:-9], id="one that breaks off"),
        pytest.param(gzip.compress(b"id\n1\n2")[:-8] + b"12345678", id="one whose checksum is wrong"),
        pytest.param(gzip.compress(b"id\n1\n2") + b"junk", id="one with something else behind it"),
    ],
)
def test_a_damaged_file_is_an_error(body: bytes) -> None:
    """Half a file must not count as a short one."""
    with pytest.raises(ResponseError, match="stream orders: the gzip file is damaged or breaks off"):
        elements(body)


@pytest.mark.parametrize("inner", ["IterableDecoder", "XmlDecoder"])
def test_not_every_decoder_reads_a_file(inner: str) -> None:
    """The ones that the reference runtime takes."""
    with pytest.raises(ManifestError, match=f"a {inner} cannot stand behind a GzipDecoder"):
        component(f"{{type: GzipDecoder, decoder: {{type: {inner}}}}}", DECODER)
