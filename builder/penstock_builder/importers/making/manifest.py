"""From what was imported to a manifest: its text, what in it was guessed, and what its user has to supply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from penstock.authoring import ConfigError
from penstock_builder.guess_notes import guess_note
from penstock_builder.importers.making.authenticators import authenticator, extra_options
from penstock_builder.importers.making.credentials import is_secret
from penstock_builder.importers.making.cursors import START
from penstock_builder.importers.making.depth import bounded_depth
from penstock_builder.importers.making.imported import Auth, Imported, Input, LeftOut, Operation, Parameter
from penstock_builder.importers.making.literals import literal, literal_in_body
from penstock_builder.importers.making.names import snake
from penstock_builder.importers.making.parents import variables
from penstock_builder.importers.making.streams import Stream, find_streams
from penstock_builder.importers.making.yaml_text import Noted, to_yaml

Json = Any

VERSION = "7.39.1"
"""The version of the language that is written."""

_START = Input(START, "The moment from which on records are read.", format="date-time")


@dataclass(frozen=True, slots=True)
class ManifestGuess:
    """Something that was guessed. `pointer` is where it stands in the manifest (RFC 6901); `confidence` is in 0..1.

    `what` and `evidence` name places and shapes, never values.
    """

    pointer: str
    stream: str
    what: str
    confidence: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Written:
    """A manifest. `origins` tell for each stream what it was made of.

    `secrets` are values for some of the `inputs`, which stand nowhere in the text.
    """

    text: str
    origins: Mapping[str, str]
    guesses: tuple[ManifestGuess, ...]
    inputs: tuple[Input, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@bounded_depth()
def write(imported: Imported) -> Written:
    """A manifest of all that can be a stream; the same bytes for the same input. Raises ConfigError where nothing can."""
    streams, left_out = find_streams(imported)
    if not streams:
        whys = sorted({each.why for each in left_out})
        raise ConfigError("nothing in it gives a list of records", hint="; ".join(whys[:3]))
    return _Writer(imported, streams, tuple(left_out)).written()


class _Writer:
    """Collects guesses and inputs while the manifest is put together."""

    def __init__(self, imported: Imported, streams: Sequence[Stream], left_out: tuple[LeftOut, ...]) -> None:
        self._imported = imported
        self._streams = streams
        self._left_out = left_out
        self._guesses: list[ManifestGuess] = []
        self._inputs: dict[str, Input] = {each.name: each for each in imported.inputs}
        self._auths: list[tuple[Auth, ...]] = []

    def written(self) -> Written:
        for stream in self._streams:
            auths = stream.operation.auths
            if auths and auths not in self._auths:
                self._auths.append(auths)
        streams = [self._stream(number, stream) for number, stream in enumerate(self._streams)]
        for auths in self._auths:
            for auth in auths:
                self._add(*auth.inputs)
        written = to_yaml({"streams": streams})
        self._add(*(Input(name) for name in self._imported.secrets if f"config['{name}']" in written))
        definitions = {self._definition(auths): authenticator(auths[0]) for auths in self._auths}
        schemas = {s.name: dict(s.records.value.schema) for s in self._streams if s.records.value.schema}
        parts: dict[str, Json] = {"version": VERSION, "type": "DeclarativeSource"}
        if self._imported.title:
            parts["description"] = self._imported.title
        alone = next((s.name for s in self._streams if not s.link), self._streams[0].name)
        parts["check"] = {"type": "CheckStream", "stream_names": [alone]}
        parts["streams"] = streams
        if definitions:
            parts["definitions"] = definitions
        parts["spec"] = {"type": "Spec", "connection_specification": self._specification()}
        if schemas:
            parts["schemas"] = schemas
        return Written(
            to_yaml(parts),
            {stream.name: stream.operation.origin for stream in self._streams},
            tuple(self._guesses),
            tuple(self._inputs.values()),
            self._left_out,
            self._imported.notes,
            {name: value for name, value in self._imported.secrets.items() if name in self._inputs},
        )

    def _stream(self, number: int, stream: Stream) -> Json:
        at = f"/streams/{number}"
        made: dict[str, Json] = {"type": "DeclarativeStream", "name": stream.name}
        if stream.key is not None:
            key = stream.key
            fields = list(key.value)
            made["primary_key"] = self._noted(
                stream, f"{at}/primary_key", "primary key", key.confidence, key.evidence,
                fields[0] if len(fields) == 1 else fields,
            )  # fmt: skip
        made["retriever"] = self._retriever(f"{at}/retriever", stream)
        if stream.cursor is not None:
            self._add(_START)
            made["incremental_sync"] = self._noted(
                stream, f"{at}/incremental_sync", "cursor", stream.cursor.confidence, stream.cursor.evidence,
                dict(stream.cursor.value.cursor),
            )  # fmt: skip
        schema: Json = {"type": "object", "additionalProperties": True}
        if stream.records.value.schema:
            schema = {"$ref": f"#/schemas/{stream.name.replace('~', '~0').replace('/', '~1')}"}
        made["schema_loader"] = {"type": "InlineSchemaLoader", "schema": schema}
        return Noted(made, stream.operation.origin)

    def _retriever(self, at: str, stream: Stream) -> Json:
        records = stream.records
        extractor = {"type": "DpathExtractor", "field_path": list(records.value.path)}
        made: dict[str, Json] = {"type": "SimpleRetriever", "requester": self._requester(stream)}
        made["record_selector"] = {
            "type": "RecordSelector",
            "extractor": self._noted(
                stream, f"{at}/record_selector/extractor", "record path", records.confidence, records.evidence,
                extractor,
            ),
        }  # fmt: skip
        if stream.pages is not None:
            made["paginator"] = self._noted(
                stream, f"{at}/paginator", "pagination", stream.pages.confidence, stream.pages.evidence,
                dict(stream.pages.value.paginator),
            )  # fmt: skip
        link = stream.link
        if link is not None:
            parent = {
                "type": "ParentStreamConfig",
                "stream": {"$ref": f"#/streams/{link.parent}"},
                "parent_key": link.key,
                "partition_field": _partition_field(stream, link.place),
            }
            router = {"type": "SubstreamPartitionRouter", "parent_stream_configs": [parent]}
            made["partition_router"] = self._noted(
                stream, f"{at}/partition_router", "parent", link.confidence, link.evidence, router
            )
        return made

    def _requester(self, stream: Stream) -> Json:
        operation = stream.operation
        made: dict[str, Json] = {"type": "HttpRequester", "url": operation.base_url + self._path(stream)}
        if operation.method != "GET":
            made["http_method"] = operation.method
        params, headers = self._sent(stream, "query"), self._sent(stream, "header")
        more_params, more_headers = extra_options(operation.auths[1:])
        if operation.auths:
            made["authenticator"] = {"$ref": f"#/definitions/{self._definition(operation.auths)}"}
        made |= {"request_parameters": {**params, **more_params}} if params or more_params else {}
        made |= {"request_headers": {**headers, **more_headers}} if headers or more_headers else {}
        body = self._body(stream)
        if body is not None:
            made["request_body"] = body
        return made

    def _path(self, stream: Stream) -> str:
        """The path with an expression for each of its variable parts."""
        made, rest = "", stream.operation.path
        for place, name in enumerate(variables(rest)):
            before, _, rest = rest.partition(f"{{{name}}}")
            made += f"{literal(before)}{{{{ {self._variable(stream, place)} }}}}"
        return made + literal(rest)

    def _variable(self, stream: Stream, place: int, root: str = "stream_partition") -> str:
        """Where the value of a variable part comes from: a parent, one of its parents, or the config."""
        link = stream.link
        if link is not None and place == link.place:
            return f"{root}['{_partition_field(stream, place)}']"
        if link is None or place >= len(variables(self._streams[link.parent].operation.path)):
            return self._configured(stream.operation, place)
        return self._variable(self._streams[link.parent], place, f"{root}['parent_slice']")

    def _configured(self, operation: Operation, place: int) -> str:
        name = variables(operation.path)[place]
        declared = next((p for p in operation.parameters if p.where == "path" and p.path == (name,)), None)
        return self._config_of(declared or Parameter((name,), "path", required=True))

    def _config_of(self, parameter: Parameter) -> str:
        """An expression for a parameter that the user gives."""
        schema = parameter.schema
        enum = tuple(schema.get("enum") or ())
        default = schema.get("default")
        is_key = isinstance(default, str) and is_secret(parameter.name, default)
        told = str(schema.get("description") or "").strip().split("\n")[0]
        made = Input(snake(parameter.name) or "value", told, default=None if is_key else default, enum=enum)
        self._add(made)
        return f"config['{made.name}']"

    def _sent(self, stream: Stream, where: str) -> dict[str, Json]:
        """What every request carries, without what pages and cursor set."""
        found: dict[str, Json] = {}
        used = _used(stream)
        for parameter in stream.operation.parameters:
            if parameter.where != where or (where, parameter.path) in used:
                continue
            if parameter.sent is not None:
                found[parameter.name] = parameter.sent
            elif parameter.required:
                found[parameter.name] = f"{{{{ {self._config_of(parameter)} }}}}"
        return found

    def _body(self, stream: Stream) -> Json:
        operation = stream.operation
        if operation.body_kind == "text":
            return {"type": "RequestBodyPlainText", "value": operation.body}
        if operation.body_kind == "form":
            kind = "RequestBodyUrlEncodedForm"
        elif operation.body_kind == "json":
            kind = "RequestBodyJsonObject"
        else:
            return None
        made = operation.body
        for where, path in _used(stream):
            made = _without(made, path) if where in ("body", "form") else made
        return {"type": kind, "value": literal_in_body(made)} if made else None

    def _specification(self) -> Json:
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "required": [each.name for each in self._inputs.values() if each.default is None],
            "properties": {each.name: _property(each) for each in self._inputs.values()},
        }

    def _definition(self, auths: tuple[Auth, ...]) -> str:
        number = self._auths.index(auths)
        return "authenticator" if not number else f"authenticator_{number + 1}"

    def _add(self, *inputs: Input) -> None:
        for each in inputs:
            known = replace(each, secret=True) if each.name in self._imported.secrets else each
            self._inputs.setdefault(each.name, known)

    def _noted(self, stream: Stream, at: str, what: str, sure: float, why: str, value: Json) -> Noted:
        self._guesses.append(ManifestGuess(at, stream.name, what, round(sure, 2), why))
        return Noted(value, guess_note(sure, why))


def _partition_field(stream: Stream, place: int) -> str:
    return snake(variables(stream.operation.path)[place]) or "parent"


def _used(stream: Stream) -> list[tuple[str, tuple[str, ...]]]:
    pages = stream.pages.value.uses if stream.pages else ()
    cursor = stream.cursor.value.uses if stream.cursor else ()
    return [(use.where, use.path) for use in (*pages, *cursor)]


def _without(body: Json, path: Sequence[str]) -> Json:
    """A body without the value at a path."""
    if not isinstance(body, dict) or path[0] not in body:
        return body
    if len(path) == 1:
        return {key: value for key, value in body.items() if key != path[0]}
    return {**body, path[0]: _without(body[path[0]], path[1:])}


def _property(given: Input) -> Json:
    made: dict[str, Json] = {"type": "string", "title": given.name.replace("_", " ").capitalize()}
    if given.description:
        made["description"] = given.description
    if isinstance(given.default, bool):
        made["type"] = "boolean"
    elif isinstance(given.default, int):
        made["type"] = "integer"
    if given.enum and all(isinstance(value, str) for value in given.enum):
        made["enum"] = list(given.enum)
    if given.default is not None:
        made["default"] = given.default
    if given.format:
        made["format"] = given.format
    if given.format == "date-time":
        made["examples"] = ["2024-01-01T00:00:00Z"]
    if given.secret:
        made["airbyte_secret"] = True
    return made


def placeholders(inputs: Iterable[Input]) -> dict[str, Json]:
    """A config to fill in: defaults where there are any, else what is wanted, in words."""
    return {
        each.name: each.default
        if each.default is not None
        else "2024-01-01T00:00:00Z"
        if each.format == "date-time"
        else f"<{each.name.replace('_', ' ')}>"
        for each in inputs
    }
