"""Files that belong to records."""

from __future__ import annotations

from penstock.records.files import Upload
from penstock.registry import Kind

FILE_UPLOADER: Kind[Upload] = Kind("file_uploader", "Fetches the file of each record.")
