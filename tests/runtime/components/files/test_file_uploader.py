from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from penstock.components.files import FILE_UPLOADER
from penstock.components.streams import STREAM
from penstock.errors import ManifestError, RequestError, StreamError
from penstock.http.request import HttpResponse
from penstock.plan.compile import SourcePlan
from penstock.records.files import FileRecord, Upload
from penstock.sync.discover import discover
from penstock.testing.fake_api import FakeApi
from penstock.testing.fakes import Fakes, component, run

UPLOADER = """
type: FileUploader
requester: {url: "https://api.example.com/{{ download_target }}"}
download_target_extractor: {field_path: [file]}
"""
STREAM_TEXT = """
type: DeclarativeStream
name: documents
schema_loader: {type: InlineSchemaLoader, schema: {}}
retriever: {requester: {url: URL/documents}, record_selector: {extractor: {field_path: []}}}
file_uploader:
  requester: {url: "URL/{{ download_target }}"}
  download_target_extractor: {field_path: [file]}
  filename_extractor: "{{ record['name'] }}"
"""


def uploader(folder: Path, fakes: Fakes, more: str = "") -> Upload:
    return component(UPLOADER + more, FILE_UPLOADER).build(replace(fakes.resources(), staging=folder))


def a_file(status: int = 200) -> Fakes:
    return Fakes(answers=[HttpResponse(status, {}, b"a document")])


def test_the_file_of_a_record_is_downloaded(tmp_path: Path) -> None:
    """The record stays as it is, and tells where its file is and how large."""
    fakes = a_file()

    record = uploader(tmp_path, fakes)({"id": 1, "file": "files/1"})

    reference: Any = record.file_reference
    assert record == {"id": 1, "file": "files/1"}
    assert Path(reference["staging_file_url"]).read_bytes() == b"a document"
    assert reference["staging_file_url"] == str(tmp_path / reference["source_file_relative_path"])
    assert reference["source_file_relative_path"].startswith("orders/")
    assert reference["file_size_bytes"] == 10
    assert fakes.sent[0].full_url() == "https://api.example.com/files/1"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        pytest.param("{{ record['id'] }}/{{ record['name'] }}.pdf", "orders/1/Ada.pdf", id="from the record"),
        pytest.param("/{{ config['folder'] }}/x", "orders/mine/x", id="from the config"),
        pytest.param("../../{{ record['name'] }}", "orders/Ada", id="out of the folder"),
    ],
)
def test_the_manifest_names_the_file(tmp_path: Path, name: str, path: str) -> None:
    """Below the folder of the stream, whatever the record says."""
    fakes = replace(a_file(), config={"folder": "mine"})

    record = uploader(tmp_path, fakes, f'filename_extractor: "{name}"')({"id": 1, "name": "Ada", "file": "f"})

    assert record.file_reference["source_file_relative_path"] == path
    assert (tmp_path / path).is_file()


def test_files_without_a_name_do_not_meet(tmp_path: Path) -> None:
    """Where a template gives nothing, the name is one that no other file has."""
    upload = uploader(tmp_path, a_file(), "filename_extractor: \"{{ record['none'] }}\"")

    upload({"file": "a"})
    upload({"file": "b"})

    assert len(list((tmp_path / "orders").iterdir())) == 2


@pytest.mark.parametrize(
    ("record", "told"),
    [
        pytest.param({}, "it finds nothing", id="no field"),
        pytest.param({"file": 5}, "it finds a number", id="no text"),
    ],
)
def test_a_record_must_name_its_file(tmp_path: Path, record: dict[str, Any], told: str) -> None:
    """A record without a file is a fault of the manifest, or of the API."""
    with pytest.raises(StreamError, match=told):
        uploader(tmp_path, a_file())(record)


def test_a_file_that_is_not_there_fails_its_slice(tmp_path: Path) -> None:
    """As the error handler of its requester says."""
    with pytest.raises(RequestError):
        uploader(tmp_path, a_file(404))({"file": "a"})

    assert not list(tmp_path.rglob("*"))


def test_a_stream_gives_records_with_files(
    api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that come before a file that is missing are given."""
    monkeypatch.setenv("AIRBYTE_STAGING_DIRECTORY", str(tmp_path))
    api.on("/documents", [{"name": "a", "file": "files/a"}, {"name": "b", "file": "files/b"}])
    api.on("/files/a", b"a document")
    head = "version: 7.39.1\ntype: DeclarativeSource\ncheck: {type: CheckStream, stream_names: [documents]}\nstreams:\n  - "
    stream = STREAM_TEXT.strip().replace("URL", api.url).replace("\n", "\n    ")

    destination = run(head + stream)

    (record,) = destination.records["documents"]
    assert isinstance(record, FileRecord)
    assert record.file_reference["source_file_relative_path"] == "documents/a"
    assert not destination.complete["documents"]


def test_a_stream_with_masks_has_no_files() -> None:
    """A file leaves as it is, with all that the masks hide, and its name comes from the record."""
    masked = (
        STREAM_TEXT.replace("URL", "https://api.example.com")
        + "transformations: [{type: MaskFields, fields: [email], mask: {type: Redact}}]"
    )

    with pytest.raises(ManifestError, match="files leave as they are"):
        component(masked, STREAM)


def test_the_catalog_says_that_files_come_along() -> None:
    """`is_file_based` is what a platform looks at."""
    plan = component(STREAM_TEXT.replace("URL", "https://api.example.com"), STREAM).build(Fakes().resources())

    (entry,) = discover(SourcePlan({"documents": plan}, (), 1))

    assert entry["is_file_based"] is True
