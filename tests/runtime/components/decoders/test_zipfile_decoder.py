from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from penstock.components.decoders import DECODER
from penstock.errors import ManifestError, ResponseError
from penstock.http.request import HttpResponse
from penstock.testing.fakes import built, component

CSV = "{type: CsvDecoder}"


def packed(*files: tuple[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return body.getvalue()


def elements(body: bytes, decoder: str = CSV) -> list[Any]:
    return list(built(f"{{type: ZipfileDecoder, decoder: {decoder}}}", DECODER)(HttpResponse(200, {}, body)))


@pytest.mark.parametrize(
    ("decoder", "body", "records"),
    [
        pytest.param(
            CSV, packed(("b.csv", b"id\n2"), ("a.csv", b"id\n1")), [{"id": "2"}, {"id": "1"}], id="in order"
        ),
        pytest.param(CSV, packed(("d/", b""), ("d/a.csv", b"id\n1")), [{"id": "1"}], id="folders hold none"),
        pytest.param(CSV, packed(), [], id="no files"),
        pytest.param("{type: JsonDecoder}", packed(("a", b'[{"id": 1}]')), [{"id": 1}], id="JSON"),
        pytest.param(
            f"{{type: GzipDecoder, decoder: {CSV}}}",
            packed(("a.gz", gzip.compress(b"id\n1"))),
            [{"id": "1"}],
            id="packed once more",
        ),
    ],
)
def test_each_file_is_unpacked_and_read(decoder: str, body: bytes, records: list[Any]) -> None:
    assert elements(body, decoder) == records


def test_a_large_file_waits_in_a_private_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only there may raw data lie, and only as long as it is read."""
    monkeypatch.setattr("penstock.components.decoders.zipfile_decoder.MOST_IN_MEMORY_BYTES", 10)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read = iter(
        built(f"{{type: ZipfileDecoder, decoder: {CSV}}}", DECODER)(
            HttpResponse(200, {}, packed(("a", b"id\n1\n2")))
        )
    )

    assert next(read) == {"id": "1"}
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert list(read) == [{"id": "2"}]
    assert not list(tmp_path.iterdir())


def test_what_is_no_zip_file_is_an_error() -> None:
    with pytest.raises(ResponseError, match="stream orders: the answer is no zip file"):
        elements(b"<html>")


def test_a_damaged_file_is_told_by_its_place() -> None:
    """Its name may be data. What is in the files before it is given."""
    content = os.urandom(1_000)
    body = packed(("a", b"id\n1"), ("b", content))
    damaged = body.replace(content[:100], b"x" * 100)
    read = iter(built(f"{{type: ZipfileDecoder, decoder: {CSV}}}", DECODER)(HttpResponse(200, {}, damaged)))

    assert next(read) == {"id": "1"}
    with pytest.raises(ResponseError, match="stream orders"):
        list(read)


def test_not_every_decoder_reads_a_file() -> None:
    """The ones that the reference runtime takes."""
    with pytest.raises(ManifestError, match="a XmlDecoder cannot stand behind a ZipfileDecoder"):
        component("{type: ZipfileDecoder, decoder: {type: XmlDecoder}}", DECODER)
