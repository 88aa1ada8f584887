"""A shop's API in which every secret and every masked value is a canary, and the manifest that reads it."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from penstock.testing.canary import CARD_NUMBER, canary, core, token
from penstock.testing.fake_api import Answer, FakeApi, Received

Json = Any

MANIFEST = """\
version: "7.39.1"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [people] }
spec:
  type: Spec
  connection_specification:
    type: object
    properties:
      api_url: { type: string }
      mode: { type: string, enum: [live, frozen] }
      since: { type: string }
      account: { type: string }
      api_key: { type: string, airbyte_secret: true }
      password: { type: string, airbyte_secret: true }
      client_secret: { type: string, airbyte_secret: true }
      refresh_token: { type: string, airbyte_secret: true }
definitions:
  requester: &requester
    type: HttpRequester
    url_base: "{{ config['api_url'] }}"
    path: "{{ parameters['path'] }}"
    error_handler: { type: DefaultErrorHandler, max_retries: 1 }
    authenticator:
      type: OAuthAuthenticator
      token_refresh_endpoint: "{{ config['api_url'] }}/token"
      client_id: penstock
      client_secret: "{{ config['client_secret'] }}"
      refresh_token: "{{ config['refresh_token'] }}"
  selector: &selector { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [items] } }
  schema: &schema { type: InlineSchemaLoader, schema: { type: object, properties: { id: { type: integer } } } }
  people: &people
    type: DeclarativeStream
    name: people
    primary_key: id
    $parameters: { path: people }
    retriever:
      type: SimpleRetriever
      requester:
        <<: *requester
        request_parameters: { account: "{{ config['account'] }}", mode: "{{ config['mode'] }}" }
      record_selector:
        <<: *selector
        record_filter: { type: RecordFilter, condition: "{{ record['id'] < 9 }}" }
      paginator:
        type: DefaultPaginator
        page_token_option: { type: RequestOption, inject_into: request_parameter, field_name: page_token }
        pagination_strategy:
          type: CursorPagination
          cursor_value: "{{ response['next_page_token'] }}"
          stop_condition: "{{ not response['next_page_token'] }}"
    transformations:
      - { type: MaskFields, fields: [email], mask: { type: Hmac, domain: person } }
      - { type: MaskFields, fields: [name, card, born, "contacts[*].phone"], mask: redact }
    schema_loader: *schema
streams:
  - *people
  - type: DeclarativeStream
    name: calls
    retriever:
      type: SimpleRetriever
      requester:
        <<: *requester
        path: "calls/{{ stream_partition['who'] }}"
        http_method: POST
        request_parameters: { of: "{{ stream_partition['who'] }}" }
        request_body_json: { who: "{{ stream_partition['who'] }}", api_key: "{{ config['api_key'] }}" }
        authenticator:
          type: BasicHttpAuthenticator
          username: ada
          password: "{{ config['password'] }}"
      record_selector: *selector
      partition_router:
        type: SubstreamPartitionRouter
        parent_stream_configs:
          - { type: ParentStreamConfig, stream: *people, parent_key: email, partition_field: who }
    transformations: [{ type: MaskFields, fields: [subject], mask: drop }]
    schema_loader: *schema
  - type: DeclarativeStream
    name: refused
    retriever:
      type: SimpleRetriever
      requester:
        <<: *requester
        path: refused
        authenticator:
          type: ApiKeyAuthenticator
          api_token: "{{ config['api_key'] }}"
          inject_into: { type: RequestOption, inject_into: request_parameter, field_name: key }
      record_selector: *selector
    schema_loader: *schema
  - type: DeclarativeStream
    name: lines
    retriever:
      type: SimpleRetriever
      requester: { <<: *requester, path: lines }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } }
      decoder: { type: JsonlDecoder }
    transformations: [{ type: MaskFields, fields: [subject], mask: redact }]
    schema_loader: *schema
  - type: DeclarativeStream
    name: table
    retriever:
      type: SimpleRetriever
      requester: { <<: *requester, path: table }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } }
      decoder: { type: CsvDecoder }
    transformations: [{ type: MaskFields, fields: [subject], mask: redact }]
    schema_loader: *schema
  - type: DeclarativeStream
    name: document
    retriever:
      type: SimpleRetriever
      requester: { <<: *requester, path: document }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [people, person] } }
      decoder: { type: XmlDecoder }
    transformations: [{ type: MaskFields, fields: [subject], mask: redact }]
    schema_loader: *schema
  - type: DeclarativeStream
    name: packed
    retriever:
      type: SimpleRetriever
      requester: { <<: *requester, path: packed }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } }
      decoder: { type: GzipDecoder, decoder: { type: JsonlDecoder } }
    transformations: [{ type: MaskFields, fields: [subject], mask: redact }]
    schema_loader: *schema
"""

COUNTED = """\
version: "7.39.1"
type: DeclarativeSource
check: {{ type: CheckStream, stream_names: [things] }}
spec: {{ type: Spec, connection_specification: {{ type: object, properties: {{ url: {{ type: string }} }} }} }}
streams:
  - type: DeclarativeStream
    name: things
    retriever:
      type: SimpleRetriever
      requester: {{ type: HttpRequester, url: "{{{{ config['url'] }}}}/things", request_parameters: {{ {parameters} }} }}
      record_selector: {{ type: RecordSelector, extractor: {{ type: DpathExtractor, field_path: [items] }} }}
    transformations: {transformations}
    schema_loader: {{ type: InlineSchemaLoader, schema: {{ type: object, properties: {{ id: {{ type: integer }} }} }} }}
"""

POLICY = """\
version: 1
unclassified: keep
keys: { people: { ref: "env:PENSTOCK_MASKING_KEY", id: p26 } }
classes: { person: { mask: { type: Hmac, key: people, domain: person } }, text: { mask: redact } }
streams: { things: { fields: { owner: person, raw: { parse: json, class: text }, "at[*]": { mask: { type: IpPrefix, v4: 24, v6: 48 } } } } }
state: { encrypt: people }
"""

STREAMS = ("people", "calls", "refused", "lines", "table", "document", "packed")


def things(parameters: str = "", transformations: str = "[]") -> str:
    return COUNTED.format(parameters=parameters, transformations=transformations)


def open_shop(api: FakeApi) -> dict[str, Json]:
    """Let an API hold the canaries; gives the config that reads it."""
    email = f"{core('email')}@example.test"
    api.on("/token", {"access_token": token("token"), "expires_in": 3600}, method="POST")
    api.on("/people", _people(email))
    subject = canary("subject")
    for path in (f"/calls/{email}", f"/calls/{core('owner')}@example.test"):
        api.on(path, {"items": [{"id": 1, "subject": subject, "about": email}], "for": email}, method="POST")
    api.on("/refused", _careless)
    rows = [{"id": 1, "subject": subject}, {"id": 2, "subject": f"re: {subject}"}]
    lines = "\n".join(map(json.dumps, rows))
    api.on("/lines", Answer(lines, headers={"Content-Type": "application/x-ndjson"}))
    quoted = subject.replace('"', '""')
    api.on(
        "/table",
        Answer(f'id,subject,copy\n1,"{quoted}","of {quoted}"\n', headers={"Content-Type": "text/csv"}),
    )
    escaped = subject.replace("&", "&amp;").replace('"', "&quot;")
    document = f"<people><person><id>1</id><subject>{escaped}</subject></person><!-- {escaped} --></people>"
    api.on("/document", Answer(document, headers={"Content-Type": "application/xml"}))
    api.on("/packed", Answer(gzip.compress(lines.encode()), headers={"Content-Type": "application/gzip"}))
    return {
        "api_url": api.url,
        "mode": "frozen",
        "since": "2024-01-01T00:00:00Z",
        "account": core("tag"),
        "api_key": canary("api_key"),
        "password": canary("password"),
        "client_secret": canary("client_secret"),
        "refresh_token": canary("database_url"),
    }


def _people(email: str) -> Any:
    def person(number: int, email: str, name: str) -> Json:
        return {
            "id": number,
            "email": email,
            "name": canary(name),
            "card": CARD_NUMBER,
            "born": "1985-03-04",
            "contacts": [{"phone": canary("phone")}],
            "link": f"https://example.test/people?who={email}",
            "note": f"call {canary(name)}",
            "packed": base64.b64encode(f"name={canary(name)}".encode()).decode(),
            "digits": email.encode().hex(),
        }

    def handler(request: Received) -> Answer:
        if "page_token" in request.params:
            return Answer(
                {"items": [person(2, f"{core('owner')}@example.test", "street")], "next_page_token": None}
            )
        following = base64.b64encode(json.dumps({"after": email}).encode()).decode()
        left_out = person(10, f"{core('raw')}@example.test", "inner_tag")
        headers = {"Set-Cookie": f"session={core('ip_address')}", "X-Request-Of": email}
        return Answer(
            {"items": [person(1, email, "name"), left_out], "next_page_token": following}, headers=headers
        )

    return handler


def _careless(request: Received) -> Answer:
    """An error that says all that it was sent, and of whom."""
    said = {
        "headers": dict(request.headers),
        "query": request.params,
        "contact": f"{core('note')}@example.test",
    }
    return Answer({"error": said}, 403)
