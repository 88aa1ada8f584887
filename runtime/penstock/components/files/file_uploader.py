from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from penstock.components.extractors import EXTRACTOR
from penstock.components.files import FILE_UPLOADER
from penstock.components.requesters import REQUESTER, Requester
from penstock.errors import StreamError
from penstock.expressions.forms import Text
from penstock.expressions.scope import Slice, slice_scope
from penstock.http.request import NO_OPTIONS
from penstock.masking.shape import describe
from penstock.masking.staging import safe_path, stage
from penstock.records.cursor import Record
from penstock.records.files import FileRecord, Upload
from penstock.records.resources import Resources
from penstock.records.select import Extract
from penstock.registry import Buildable, Unread, component, field


@component(FILE_UPLOADER)
class FileUploader:
    """Download a file for each record into the staging folder, from where the platform takes it as it is.

    The folder is `$AIRBYTE_STAGING_DIRECTORY`, or `/staging/files`; where it does not exist, `/tmp/airbyte-file-transfer`.
    """

    requester: Buildable[Requester] = field(
        doc="Downloads a file; its templates read `download_target`.",
        slot=REQUESTER,
        implied="HttpRequester",
    )
    download_target_extractor: Buildable[Extract] = field(
        doc="Finds in the record what to download.", slot=EXTRACTOR, implied="DpathExtractor"
    )
    filename_extractor: Text | None = field(
        default=None,
        doc="The file's name below the stream's folder; one that no other file has by default.",
        scope=("record",),
        examples=("{{ record['id'] }}/{{ record['file_name'] }}",),
    )
    file_extractor: Unread | None = field(default=None, doc="Without effect; the whole answer is the file.")

    def build(self, using: Resources) -> Upload:
        requester = self.requester.build(using)
        extract = self.download_target_extractor.build(using)
        stream = using.stream.name
        folder = safe_path(stream) or "files"

        def upload(record: Record) -> FileRecord:
            target = _target(extract(record), stream)
            slice_ = Slice(None, None, {"download_target": target})
            scope = {"config": using.config, "next_page_token": None, **slice_scope(slice_)}
            response = requester.fetch(scope, NO_OPTIONS, None, streams=True)
            path = f"{folder}/{self._name(using, record)}"
            try:
                place, size = stage(using.staging, path, response.chunks())
            finally:
                response.close()
            return FileRecord(
                record,
                {
                    "staging_file_url": str(place),
                    "source_file_relative_path": path,
                    "file_size_bytes": size,
                },
            )

        return upload

    def _name(self, using: Resources, record: Record) -> str:
        if self.filename_extractor is None:
            return str(uuid4())
        return safe_path(self.filename_extractor.text({"config": using.config, "record": record})) or str(
            uuid4()
        )


def _target(found: Iterable[Any], stream: str) -> str:
    """What to download for a record. Raises StreamError."""
    target = next(iter(found), None)
    if isinstance(target, str):
        return target
    told = "nothing" if target is None else describe(target)
    raise StreamError(
        f"stream {stream}: `download_target_extractor` of a file is to find text, it finds {told}"
    )
