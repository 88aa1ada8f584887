"""Cases by hand: a `cases.yaml` says what a stream is given and what is expected, and a run compares.

The whole of a case; only `name`, `stream` and `expect` must be there:

    cases:
      - name: two pages
        stream: orders
        given:
          config: { url: https://api.test }
          state: { updated_at: 2024-01-01 }
          clock: 2024-02-01T00:00:00Z
          masking: policy.yaml
          limits: { pages: 5 }
          responses:
            - path: /orders
              params: { page: 2 }
              answer: { status: 200, headers: { Retry-After: 1 }, json: [] }
            - path: /orders
              answers: [{ fails: timeout }, { json: [{ id: 1 }] }]
        expect:
          requests: [GET /orders, { path: /orders, params: { page: 2 } }]
          any_order: false
          records: [{ id: 1 }]
          contains: [{ id: 1 }]
          masked: [email, "contacts[*].phone"]
          state: { updated_at: 2024-01-31 }
          log: [a text of a log line]
          error: words of the error
          reason: words of why it ended
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from penstock.authoring import (
    FieldPath,
    Json,
    Node,
    PathSyntaxError,
    SampleLimits,
    parse_field_path,
)
from penstock_builder.testing.offline import Reply, Setting
from penstock_builder.testing.reading import Reader, as_written, parse_strictly, read_strictly
from penstock_builder.testing.recording_file import ANSWER_FIELDS, read_reply

DEFAULT_MOMENT = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
"""Where the clock of a case stands that names no other moment."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request must be like: of parameters, headers and a JSON body only what is named counts."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: Json = None

    def __str__(self) -> str:
        query = "&".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.method} {self.path}{f'?{query}' if query else ''}"


@dataclass(frozen=True, slots=True)
class Response:
    """Answers to requests of one sort: the first to the first of them, and so on; the last one stays.

    `delays` are seconds before each answer, which are not waited: too long a one is a time-out.
    """

    to: Wanted
    answers: tuple[Reply, ...]
    delays: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a run must come to; None, or empty, where nothing is said."""

    requests: tuple[Wanted, ...] | None
    any_order: bool
    records: tuple[Json, ...] | None
    contains: tuple[Json, ...]
    masked: tuple[tuple[str, FieldPath], ...]
    state: Json
    log: tuple[str, ...]
    error: str
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case, and the line on which it begins."""

    name: str
    line: int
    setting: Setting
    masking: str
    responses: tuple[Response, ...]
    expected: Expectation


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases in a file. Raises ManifestError with every problem found."""
    return read_strictly(path, _cases)


def parse_cases(text: str, file: str = "cases.yaml") -> tuple[Case, ...]:
    """The cases that a text holds. Raises ManifestError with every problem found."""
    return parse_strictly(text, file, _cases)


def _cases(root: Node, reader: Reader) -> tuple[Case, ...]:
    fields = reader.fields(root, "a file of cases", ("cases",), ("cases",))
    made = tuple(_case(node, reader) for node in reader.items(fields.get("cases"), "cases"))
    names: set[str] = set()
    for node, case in zip(reader.items(fields.get("cases"), "cases"), made, strict=True):
        if case.name and case.name in names:
            reader.found.error("duplicate-name", "another case has this name", node.value["name"].span)
        names.add(case.name)
    return made


def _case(node: Node, reader: Reader) -> Case:
    fields = reader.fields(
        node, "a case", ("name", "stream", "given", "expect"), ("name", "stream", "expect")
    )
    given = reader.fields(
        fields.get("given"), "given", ("config", "state", "clock", "masking", "limits", "responses")
    )
    limits = reader.limits(given.get("limits"), "limits") if given.get("limits") else SampleLimits()
    setting = Setting(
        reader.scalar(fields.get("stream"), "stream", str, ""),
        reader.mapping(given.get("config"), "config"),
        reader.mapping(given.get("state"), "state"),
        reader.moment(given.get("clock"), "clock") or DEFAULT_MOMENT,
        limits,
    )
    return Case(
        reader.scalar(fields.get("name"), "name", str, ""),
        node.line,
        setting,
        reader.scalar(given.get("masking"), "masking", str, ""),
        tuple(_response(each, reader) for each in reader.items(given.get("responses"), "responses")),
        _expectation(fields.get("expect"), reader),
    )


def _response(node: Node, reader: Reader) -> Response:
    known = ("method", "path", "params", "headers", "body", "answer", "answers")
    fields = reader.fields(node, "a response", known, ("path",))
    one, several = fields.get("answer"), fields.get("answers")
    if (one is None) == (several is None) and fields:
        reader.found.error(
            "missing-field", "a response needs `answer`, or `answers` for successive requests", node.span
        )
    nodes = [one] if one is not None else reader.items(several, "answers")
    answers, delays = [], []
    for each in nodes:
        delays.append(reader.scalar(each.get("delay_seconds"), "delay_seconds", float, 0.0))
        answers.append(read_reply(each, reader, (*ANSWER_FIELDS, "delay_seconds")))
    return Response(_wanted(fields, reader), tuple(answers) or (Reply(),), tuple(delays) or (0.0,))


def _wanted(fields: Mapping[str, Node], reader: Reader) -> Wanted:
    body = fields.get("body")
    return Wanted(
        reader.scalar(fields.get("method"), "method", str, "GET").upper(),
        _with_slash(reader.scalar(fields.get("path"), "path", str, "")),
        reader.texts(fields.get("params"), "params"),
        reader.texts(fields.get("headers"), "headers"),
        as_written(body) if body is not None else None,
    )


def _with_slash(path: str) -> str:
    return path if path.startswith("/") else f"/{path}"


def _expectation(node: Node | None, reader: Reader) -> Expectation:
    known = ("requests", "any_order", "records", "contains", "masked", "state", "log", "error", "reason")
    fields = reader.fields(node, "expect", known)
    requests, records = fields.get("requests"), fields.get("records")
    state = fields.get("state")
    return Expectation(
        tuple(_request(each, reader) for each in reader.items(requests, "requests")) if requests else None,
        reader.scalar(fields.get("any_order"), "any_order", bool, default=False),
        _objects(records, "records", reader) if records else None,
        _objects(fields.get("contains"), "contains", reader),
        tuple(_path(each, reader) for each in reader.items(fields.get("masked"), "masked")),
        reader.mapping(state, "state") if state else None,
        tuple(reader.scalar(each, "log", str, "") for each in reader.items(fields.get("log"), "log")),
        reader.scalar(fields.get("error"), "error", str, ""),
        reader.scalar(fields.get("reason"), "reason", str, ""),
    )


def _objects(node: Node | None, where: str, reader: Reader) -> tuple[Json, ...]:
    return tuple(reader.mapping(each, where) for each in reader.items(node, where))


def _path(node: Node, reader: Reader) -> tuple[str, FieldPath]:
    text = reader.scalar(node, "masked", str, "")
    try:
        return text, parse_field_path(text) if text else ()
    except PathSyntaxError as error:
        reader.found.error("field-path", f"the path does not read: {error}", node.span)
        return text, ()


def _request(node: Node, reader: Reader) -> Wanted:
    """A request, as a mapping or as `GET /path?name=value`."""
    if not isinstance(node.value, str):
        known = ("method", "path", "params", "headers", "body")
        return _wanted(reader.fields(node, "a request", known, ("path",)), reader)
    method, blank, url = node.value.partition(" ")
    if not blank:
        method, url = "GET", method
    path, _, query = url.partition("?")
    params = {}
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        params[name] = value
    return Wanted(method.upper(), _with_slash(path), params, {})
