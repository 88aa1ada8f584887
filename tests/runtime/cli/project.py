"""A small project for tests of the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.command import Outcome, run_command

Json = Any

MANIFEST = """\
version: "7.39.1"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [orders] }
spec:
  type: Spec
  documentation_url: https://example.test/docs
  connection_specification:
    type: object
    required: [url]
    properties:
      url: { type: string }
      token: { type: string, airbyte_secret: true }
definitions:
  people: &people
    type: DeclarativeStream
    name: people
    retriever:
      type: SimpleRetriever
      requester: &requester
        type: HttpRequester
        url: "{{ config['url'] }}/people"
        error_handler: { type: DefaultErrorHandler, max_retries: 0 }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [items] } }
    schema_loader: { type: InlineSchemaLoader, schema: { type: object, properties: { id: { type: integer } } } }
streams:
  - <<: *people
    name: orders
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester: { <<: *requester, url: "{{ config['url'] }}/orders" }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [items] } }
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: at
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-02-01"
      start_time_option: { type: RequestOption, inject_into: request_parameter, field_name: since }
  - *people
"""
VERBS = {
    "lint": ("manifest.yaml",),
    "spec": ("--manifest-path", "manifest.yaml"),
    "check": ("--manifest-path", "manifest.yaml", "--config", "config.json"),
    "discover": ("--manifest-path", "manifest.yaml", "--config", "config.json"),
    "read": ("--manifest-path", "manifest.yaml", "--config", "config.json", "--catalog", "catalog.json"),
    "sync": ("manifest.yaml", "--config", "config.json", "--to", "warehouse.duckdb"),
}
"""The verbs that take a manifest, and what they are given."""


@dataclass(frozen=True)
class Project:
    """A working directory with a manifest, a config for the fake API, and a catalog of all its streams."""

    folder: Path

    def write(self, name: str, content: Json) -> None:
        """Write a file: text and bytes as they are, anything else as JSON."""
        if isinstance(content, bytes):
            (self.folder / name).write_bytes(content)
        else:
            (self.folder / name).write_text(content if isinstance(content, str) else json.dumps(content))

    def change(self, old: str, new: str) -> None:
        """Write the manifest with other text in one place."""
        assert old in MANIFEST
        self.write("manifest.yaml", MANIFEST.replace(old, new))

    def run(self, verb: str, *more: str) -> Outcome:
        """Run a verb on the files of the project."""
        return run_command(verb, *VERBS[verb], *more)
