"""Examples of rules: a few lines of a manifest in a frame that holds the rest."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["manifest", "stream", "retriever", "requester", "cursor", "paginator"]

MARK = "# <-"
"""Stands at the end of each line where a rule finds something."""

_FRAME: Mapping[Level, Mapping[str, str]] = {
    "manifest": {
        "version": "version: 7.39.1",
        "type": "type: DeclarativeSource",
        "check": "check: {type: CheckStream, stream_names: [orders]}",
        "spec": """\
            spec:
              type: Spec
              connection_specification:
                type: object
                properties:
                  api_key: {type: string, airbyte_secret: true}
                  start_date: {type: string}""",
        "streams": "streams:",
    },
    "stream": {
        "type": "type: DeclarativeStream",
        "name": "name: orders",
        "primary_key": "primary_key: id",
        "schema_loader": """\
            schema_loader:
              type: InlineSchemaLoader
              schema:
                type: object
                properties:
                  id: {type: integer}
                  email: {type: string}
                  updated_at: {type: string}""",
        "retriever": "retriever:",
    },
    "retriever": {
        "type": "type: SimpleRetriever",
        "requester": "requester:",
        "record_selector": """\
            record_selector:
              type: RecordSelector
              extractor: {type: DpathExtractor, field_path: [items]}""",
    },
    "requester": {
        "type": "type: HttpRequester",
        "url": "url: https://api.example.com/orders",
        "authenticator": "authenticator: {type: BearerAuthenticator, api_token: \"{{ config['api_key'] }}\"}",
        "request_parameters": "request_parameters: {since: \"{{ config['start_date'] }}\"}",
    },
    "cursor": {
        "type": "type: DatetimeBasedCursor",
        "cursor_field": "cursor_field: updated_at",
        "datetime_format": 'datetime_format: "%Y-%m-%d"',
        "start_datetime": "start_datetime: \"{{ config['start_date'] }}\"",
        "start_time_option": "start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: from}",
    },
    "paginator": {
        "type": "type: DefaultPaginator",
        "page_token_option": "page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}",
    },
}
"""What stands at each level, by its keys; the last key of those that `_NEXT` names holds the next level."""

_NEXT: Mapping[Level, tuple[str, Level, str]] = {
    "manifest": ("streams", "stream", "  - "),
    "stream": ("retriever", "retriever", "  "),
    "retriever": ("requester", "requester", "  "),
}


@dataclass(frozen=True, slots=True)
class Example:
    """Lines of a manifest at some level: they stand in for those of the frame that have the same keys."""

    level: Level
    lines: str

    @property
    def text(self) -> str:
        """The whole manifest."""
        return f"{_rendered('manifest', self)}\n"

    @property
    def marked(self) -> Sequence[int]:
        """The numbers of the marked lines of `text`, 1-based."""
        return [number for number, line in enumerate(self.text.splitlines(), 1) if line.endswith(MARK)]


def manifest(lines: str) -> Example:
    """Lines of the manifest itself."""
    return Example("manifest", textwrap.dedent(lines).strip("\n"))


def stream(lines: str) -> Example:
    """Lines of a stream."""
    return Example("stream", textwrap.dedent(lines).strip("\n"))


def retriever(lines: str) -> Example:
    """Lines of the retriever of a stream."""
    return Example("retriever", textwrap.dedent(lines).strip("\n"))


def requester(lines: str) -> Example:
    """Lines of the requester of a stream."""
    return Example("requester", textwrap.dedent(lines).strip("\n"))


def cursor(lines: str) -> Example:
    """Lines of the cursor of a stream."""
    return Example("stream", _held("incremental_sync", "cursor", lines))


def paginator(lines: str) -> Example:
    """Lines of the paginator of a stream."""
    return Example("retriever", _held("paginator", "paginator", lines))


def _held(field: str, level: Level, lines: str) -> str:
    own = Example(level, textwrap.dedent(lines).strip("\n"))
    return f"{field}:\n{_indented(_rendered(level, own), '  ')}"


def _rendered(level: Level, example: Example) -> str:
    own = example.lines if level == example.level else ""
    given = set(re.findall(r"^(\w+):", own, re.MULTILINE))
    if level == "requester" and given & {"url_base"}:
        given.add("url")
    below, inner, indent = _NEXT.get(level, ("", level, ""))
    parts = []
    for key, lines in _FRAME[level].items():
        if key in given:
            continue
        text = textwrap.dedent(lines)
        if key == below:
            text += "\n" + _indented(_rendered(inner, example), indent)
        parts.append(text)
    return "\n".join([*parts, own] if own else parts)


def _indented(text: str, first: str) -> str:
    indented = textwrap.indent(text, " " * len(first))
    return first + indented[len(first) :]
