from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.differential import Both, Result

from penstock.testing.fake_api import FakeApi

Json = Any

MANIFEST = """
version: 7.39.1
type: DeclarativeSource
check: {type: CheckStream, stream_names: [documents]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
streams:
  - type: DeclarativeStream
    name: documents
    primary_key: id
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {}}}
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url_base: URL, path: documents, http_method: GET}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
    file_uploader:
      type: FileUploader
      requester: {type: HttpRequester, url_base: URL, path: "{{ download_target }}", http_method: GET, request_headers: {x-slice: "{{ stream_slice }}"}}
      download_target_extractor: {type: DpathExtractor, field_path: [file]}
      filename_extractor: "{{ record.name }}"
"""


def references(result: Result) -> list[Json]:
    """Where the files of the records are, and how large."""
    told = [m["record"].get("file_reference") for m in result.messages if m["type"] == "RECORD"]
    return [(r["source_file_relative_path"], r["file_size_bytes"]) for r in told]


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param(
            [{"id": 1, "file": "a", "name": "x/a.pdf"}, {"id": 2, "file": "b", "name": "/b"}], id="files"
        ),
        pytest.param([{"id": 1, "file": "a", "name": "a"}, {"id": 2, "name": "b"}], id="no file named"),
        pytest.param([{"id": 1, "file": 5, "name": "a"}], id="no text"),
        pytest.param(
            [{"id": 1, "file": "none", "name": "a"}, {"id": 2, "file": "a", "name": "b"}], id="gone"
        ),
    ],
)
def test_files_come_along_alike(both: Both, api: FakeApi, documents: list[Json]) -> None:
    """Requests, records and what they say of their files."""
    api.on("/documents", documents)
    api.on("/a", b"a document")
    api.on("/b", "another")

    theirs, ours = both.read(api, MANIFEST, streams=["documents"])

    assert ours == theirs
    assert references(ours) == references(theirs)
