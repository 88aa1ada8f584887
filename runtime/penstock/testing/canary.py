"""Canaries: a source in which each secret and each masked value is found nowhere else, and a search for them.

Whatever comes out of a run of this source, `sightings` must find nothing in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from penstock.lean import dataclass
from penstock.testing.fake_api import Answer, FakeApi, Received

Json = Any

WINDOW = 10
"""So many characters of a canary in a row are a sighting: part of a value can be too much already."""

SECRETS = ("password", "api_key", "token", "client_secret", "database_url")
MASKED = (
    "name",
    "email",
    "phone",
    "street",
    "note",
    "tag",
    "inner_tag",
    "ip_address",
    "raw",
    "owner",
    "subject",
)
MASKING_KEY = "Jq3-wZ8vX1pL6tR0yB5nK9dF2hG7mC4s"


def core(name: str) -> str:
    """The part of a canary that no encoding of text changes: 20 letters and digits, made from its name."""
    return base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()[:20]


def canary(name: str) -> str:
    """A text with characters that JSON, URLs and shells write in ways of their own."""
    return f'{core(name)} "é"/+&%=\\'


def token(name: str) -> str:
    """A canary that can stand in a header."""
    return f"{core(name)}/+=."


CARD_NUMBER = 6_271_828_182_845_904


@dataclass(frozen=True, slots=True)
class CanarySource:
    """The source: its manifest and config, and the folder in which both, and its database, lie."""

    manifest: str
    config: Mapping[str, Json]
    folder: Path

    @property
    def manifest_path(self) -> Path:
        """The manifest as a file."""
        return self.folder / "manifest.yaml"

    def changed(self, old: str, new: str) -> CanarySource:
        """The same source with other text in its manifest."""
        assert old in self.manifest
        return self.written(self.manifest.replace(old, new), self.config)

    def configured(self, **config: Json) -> CanarySource:
        """The same source with other values in its config."""
        return self.written(self.manifest, {**self.config, **config})

    def unmasked(self) -> CanarySource:
        """The same source without its masks: what it sends must be seen."""
        harmless = "{ type: RemoveFields, field_pointers: [[nothing]] }"
        return self.written(re.sub(r"\{ type: MaskFields, .*\}", harmless, self.manifest), self.config)

    def written(self, manifest: str, config: Mapping[str, Json]) -> CanarySource:
        """A source in the same folder, its files written anew."""
        (self.folder / "manifest.yaml").write_text(manifest)
        (self.folder / "config.json").write_text(json.dumps(config))
        return CanarySource(manifest, config, self.folder)


Leave = Callable[[CanarySource], Mapping[str, bytes]]
"""Reads a source in every way there is, and gives what leaves the process, by exit."""


def canary_source(api: FakeApi, folder: Path) -> CanarySource:
    """Let an API and a database in `folder` hold the canaries, and give the source that reads both."""
    api.on("/people", {"people": [person()]})
    api.on("/orders", {"orders": [{"id": 1, "owner": canary("owner")}]})
    api.on("/visits", {"visits": [{"id": 1, "subject": canary("subject")}]}, method="POST")
    database = folder / f"{core('database_url')}.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE accounts (id INTEGER, owner TEXT)")
        connection.execute("INSERT INTO accounts VALUES (1, ?)", [canary("owner")])
    config = {
        "api_url": api.url,
        "password": canary("password"),
        "api_key": canary("api_key"),
        "credentials": {"kind": "app", "token": token("token"), "client_secret": canary("client_secret")},
        "database_url": f"sqlite:///{database}",
    }
    return CanarySource("", {}, folder).written(_MANIFEST, config)


def person() -> dict[str, Json]:
    """A record of the stream `people`: what is masked stands at every kind of place."""
    return {
        "id": 1,
        "updated_at": "2024-01-02T00:00:00Z",
        "name": canary("name"),
        "email": f"{canary('email')}@example.test",
        "card": CARD_NUMBER,
        "contacts": [{"phone": canary("phone")}, {"phone": [canary("phone")]}],
        "address": {"street": canary("street"), "geo": {"note": canary("note")}},
        "tags": [canary("tag"), [canary("inner_tag")]],
        "raw": json.dumps({"of": canary("raw")}),
        "log": [{"ip_address": canary("ip_address")}],
        "undeclared": {"ip_address": {"v4": canary("ip_address")}},
    }


def echo(status: int = 200, kind: str = "application/json") -> Any:
    """A handler that sends back all that it was sent, and a person besides, as careless APIs do."""

    def handler(request: Received) -> Answer:
        seen = {
            "error": {
                "message": dict(request.headers),
                "query": request.params,
                "body": request.body.decode(),
            },
            "person": person(),
        }
        return Answer(json.dumps(seen), status, {"Content-Type": kind})

    return handler


def sightings(output: bytes) -> list[str]:
    """The names of the canaries that are in some output: as they are, in part, encoded, or wrapped over lines."""
    packed = _ZEROS.sub(b"\0", output)  # a database file holds little else
    text = b"\n".join(_READABLE.findall(_TERMINAL_CODES.sub(b"", packed)))
    joined = re.sub(rb"\s+", b"", text)
    texts = [text, joined, unquote_to_bytes(joined.replace(b"\\u00", b"%"))]
    texts += [text.lower() for text in texts]
    return [
        name
        for name in _FORMS
        if any(form in text for form in _FORMS[name] for text in texts)
        or any(form in packed for form in _BINARY_FORMS[name])
    ]


_TERMINAL_CODES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
_ZEROS = re.compile(rb"\0{16,}")
_READABLE = re.compile(rb"[\x20-\x7e]{4,}")


def _windows(text: str) -> set[str]:
    return {text[i : i + WINDOW] for i in range(len(text) - WINDOW + 1)}


def _forms(text: str) -> set[bytes]:
    """Parts of a text as they are and in hexadecimal digits, and all of it in base64 after 0, 1 or 2 bytes."""
    parts = {window.encode() for window in _windows(text)}
    in_base64 = {
        base64.b64encode(b"\0" * shift + text.encode())[skipped : (shift + len(text)) * 8 // 6]
        for shift, skipped in enumerate((0, 2, 3))
    }
    return parts | {part.hex().encode() for part in parts} | in_base64


_CORES: Mapping[str, str] = {
    **{name: core(name) for name in (*SECRETS, *MASKED)},
    "masking_key": MASKING_KEY,
    "card": str(CARD_NUMBER),
}
_FORMS: Mapping[str, set[bytes]] = {name: _forms(text) for name, text in _CORES.items()}
_BINARY_FORMS: Mapping[str, set[bytes]] = {
    name: {part.encode("utf-16-le") for part in _windows(text)} for name, text in _CORES.items()
} | {"card": {CARD_NUMBER.to_bytes(8, "little")}}

_MANIFEST = """\
version: "7.39.1"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [people, orders, visits, accounts] }
spec:
  type: Spec
  connection_specification:
    type: object
    required: [api_url, password]
    properties:
      api_url: { type: string }
      password: { type: string, airbyte_secret: true }
      api_key: { type: string, airbyte_secret: true }
      database_url: { type: string, airbyte_secret: true }
      credentials:
        oneOf:
          - type: object
            properties:
              token: { type: string, airbyte_secret: true }
              client_secret: { type: string, airbyte_secret: true }
definitions:
  requester:
    type: HttpRequester
    url_base: "{{ config['api_url'] }}"
    error_handler: { type: DefaultErrorHandler, max_retries: 0 }
  pseudonym: { type: Hmac, domain: person }
  id: { type: InlineSchemaLoader, schema: { type: object, properties: { id: { type: integer } } } }
streams:
  - type: DeclarativeStream
    name: people
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester:
        $ref: "#/definitions/requester"
        path: people
        authenticator: { type: BasicHttpAuthenticator, username: ada, password: "{{ config['password'] }}" }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [people] } }
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: updated_at
      datetime_format: "%Y-%m-%dT%H:%M:%SZ"
      start_datetime: "2024-01-01T00:00:00Z"
      end_datetime: "2024-02-01T00:00:00Z"
    transformations:
      - { type: AddFields, fields: [{ path: [kind], value: "person" }] }
      - { type: MaskFields, fields: [name], mask: drop }
      - { type: MaskFields, fields: [email], mask: { $ref: "#/definitions/pseudonym" } }
      - { type: MaskFields, fields: [card], mask: nullify }
      - { type: MaskFields, fields: ["contacts[*].phone"], mask: { type: Partial, keep_last: 2 } }
      - { type: MaskFields, fields: [address, tags, raw, "**.ip_address"], mask: redact }
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties:
          id: { type: integer }
          updated_at: { type: string, format: date-time }
          name: { type: string }
          email: { type: string }
          card: { type: integer }
          contacts: { type: array, items: { type: object, properties: { phone: { type: string } } } }
          address: { type: object, properties: { street: { type: string }, geo: { type: object } } }
          tags: { type: array }
          raw: { type: string }
  - type: DeclarativeStream
    name: orders
    retriever:
      type: SimpleRetriever
      requester:
        $ref: "#/definitions/requester"
        path: orders
        authenticator:
          type: ApiKeyAuthenticator
          api_token: "{{ config['api_key'] }}"
          inject_into: { type: RequestOption, inject_into: request_parameter, field_name: key }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [orders] } }
    transformations: [{ type: MaskFields, fields: [owner], mask: { $ref: "#/definitions/pseudonym" } }]
    schema_loader: { $ref: "#/definitions/id" }
  - type: DeclarativeStream
    name: visits
    retriever:
      type: SimpleRetriever
      requester:
        $ref: "#/definitions/requester"
        path: visits
        http_method: POST
        authenticator: { type: BearerAuthenticator, api_token: "{{ config['credentials']['token'] }}" }
        request_body_json: { secret: "{{ config['credentials']['client_secret'] }}" }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [visits] } }
    transformations: [{ type: MaskFields, fields: [subject], mask: { $ref: "#/definitions/pseudonym" } }]
    schema_loader: { $ref: "#/definitions/id" }
  - type: DeclarativeStream
    name: accounts
    retriever: { type: SqlRetriever, url: "{{ config['database_url'] }}", table: accounts }
    transformations: [{ type: MaskFields, fields: [owner], mask: { $ref: "#/definitions/pseudonym" } }]
    schema_loader: { $ref: "#/definitions/id" }
"""
