"""From operations to streams: which of them give lists of records, and all that is guessed of those."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock_builder.detect.guess import Guess
from penstock_builder.importers.making.answers import Answers, Path, answers_of
from penstock_builder.importers.making.cursors import Incremental, find_cursor
from penstock_builder.importers.making.imported import Imported, LeftOut, Operation
from penstock_builder.importers.making.names import stream_names
from penstock_builder.importers.making.pagination import Known, Pages, find_pages
from penstock_builder.importers.making.parents import Candidate, Link, find_links, variables_after
from penstock_builder.importers.making.recorded import recorded_pages
from penstock_builder.importers.making.records import Records, find_key, find_records

Json = Any

_READS = re.compile(
    r"search|query|quer(y|ies)|list|find|filter|graphql|report|browse|lookup|get", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Stream:
    """An operation as a stream. `link` says whose records give a variable part of its path."""

    name: str
    operation: Operation
    records: Guess[Records]
    key: Guess[Path] | None
    pages: Guess[Pages] | None
    cursor: Guess[Incremental] | None
    link: Link | None


@dataclass(frozen=True, slots=True)
class _Found:
    operation: Operation
    answers: Answers
    records: Guess[Records]
    key: Guess[Path] | None


def find_streams(imported: Imported) -> tuple[list[Stream], list[LeftOut]]:
    """The streams of what was imported, in the order of the operations, and what becomes none."""
    found: list[_Found] = []
    paths = [operation.path for operation in imported.operations]
    left_out = list(imported.left_out)
    for operation in imported.operations:
        judged = _judge(operation, variables_after(operation.path, paths))
        if isinstance(judged, str):
            left_out.append(LeftOut(operation.origin, judged))
        else:
            found.append(judged)
    guessed = stream_names([(each.operation.path, each.operation.name) for each in found])
    names = [each.operation.stream_name or name for each, name in zip(found, guessed, strict=True)]
    candidates = [
        Candidate(
            each.operation.path,
            each.records.value,
            each.key.value if each.key else (),
            {
                p.name: str(p.schema.get("description", ""))
                for p in each.operation.parameters
                if p.where == "path"
            },
        )
        for each in found
    ]
    links = find_links(candidates)
    return [_stream(*each) for each in zip(names, found, links, strict=True)], left_out


def _judge(operation: Operation, named: Sequence[str]) -> _Found | str:
    """What an operation gives, or why it becomes no stream."""
    if operation.method not in ("GET", "POST"):
        return f"a {operation.method} request is not a read"
    if operation.method == "POST" and not _is_read(operation):
        return "a POST request that does not sound like a search"
    answers = answers_of(operation)
    if not answers.schema and not answers.bodies:
        if not operation.is_chosen:
            return "nothing is known of its answer"
        nothing = Guess(Records((), {}), 0.2, "nothing is known of the answer; it may be a list")
        return _Found(operation, answers, nothing, None)
    records = find_records(operation, answers)
    if isinstance(records, str):
        return records
    key = find_key(operation, records.value, _recorded(answers, records.value), named)
    return _Found(operation, answers, records, key)


def _is_read(operation: Operation) -> bool:
    """Whether a POST asks for a list, and changes nothing: by its name, or because answers to pages of it were recorded."""
    if operation.is_chosen:
        return True
    if operation.exchanges and find_pages(Known(operation, answers_of(operation), ())) is not None:
        return True
    last = operation.path.rstrip("/").rpartition("/")[2]
    return _READS.search(last) is not None or _READS.match(operation.name) is not None


def _recorded(answers: Answers, records: Records) -> list[Mapping[str, Json]]:
    """The records that were recorded, each once."""
    found: list[Json] = []
    for body in answers.bodies:
        for record in _at(body, records.path):
            if isinstance(record, dict) and record not in found:
                found.append(record)
    return found


def _at(body: Json, path: Path) -> list[Json]:
    for number, key in enumerate(path):
        if key == "*":
            items = body if isinstance(body, list) else []
            return [found for item in items for found in _at(item, path[number + 1 :])]
        body = body.get(key) if isinstance(body, dict) else None
    return body if isinstance(body, list) else [body]


def _stream(name: str, found: _Found, link: Link | None) -> Stream:
    key = found.key.value if found.key else ()
    known = Known(found.operation, found.answers, key)
    pages = recorded_pages(found.operation, found.records.value.path) or find_pages(known)
    cursor = find_cursor(found.operation, found.records.value)
    if cursor is not None and pages is not None:
        taken = {use.name for use in pages.value.uses}
        cursor = None if taken & {use.name for use in cursor.value.uses} else cursor
    return Stream(name, found.operation, found.records, found.key, pages, cursor, link)
