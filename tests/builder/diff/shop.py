"""A manifest with parents, cursors and masks, and what changes it."""

from __future__ import annotations

from penstock.authoring import Reading, read_text

MANIFEST = """\
version: 7.39.1
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
definitions:
  requester:
    type: HttpRequester
    url_base: "{{ config['url'] }}"
    http_method: GET
    authenticator: {type: BearerAuthenticator, api_token: "{{ config['token'] }}"}
    request_headers: {X-Client: shop}
    error_handler: {type: DefaultErrorHandler, max_retries: 3}
  selector:
    type: RecordSelector
    extractor: {type: DpathExtractor, field_path: [items]}
streams:
  - type: DeclarativeStream
    name: orders
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester: {$ref: "#/definitions/requester", path: /orders}
      record_selector: {$ref: "#/definitions/selector"}
      paginator:
        type: DefaultPaginator
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
        pagination_strategy: {type: PageIncrement, page_size: 100}
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: at
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-06-30"
      start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
    transformations:
      - type: MaskFields
        mask: redact
        fields: [email]
      - type: MaskFields
        mask: {type: Hmac, key: "env:SHOP_KEY", domain: customer}
        fields: [customer]
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties:
          id: {type: integer}
          at: {type: string, format: date}
          email: {type: string}
          customer: {type: string}
          total: {type: [integer, "null"]}
          address: {type: object, properties: {city: {type: string}}}
  - type: DeclarativeStream
    name: lines
    primary_key: [id]
    retriever:
      type: SimpleRetriever
      requester: {$ref: "#/definitions/requester", path: "/orders/{{ stream_partition.order }}/lines"}
      record_selector: {$ref: "#/definitions/selector"}
      partition_router:
        type: SubstreamPartitionRouter
        parent_stream_configs:
          - type: ParentStreamConfig
            stream: {$ref: "#/streams/0"}
            parent_key: id
            partition_field: order
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: seen
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-06-30"
      start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
    schema_loader:
      type: InlineSchemaLoader
      schema: {type: object, properties: {id: {type: integer}, seen: {type: string}, note: {type: string}}}
  - type: DeclarativeStream
    name: events
    retriever:
      type: SimpleRetriever
      requester: {$ref: "#/definitions/requester", path: /events}
      record_selector: {$ref: "#/definitions/selector"}
      partition_router: {type: ListPartitionRouter, cursor_field: region, values: [eu, us]}
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: at
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-06-30"
      start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
    schema_loader:
      type: InlineSchemaLoader
      schema: {type: object, properties: {id: {type: integer}, at: {type: string}}}
  - type: DeclarativeStream
    name: regions
    retriever:
      type: SimpleRetriever
      requester: {$ref: "#/definitions/requester", path: /regions}
      record_selector: {$ref: "#/definitions/selector"}
    schema_loader:
      type: InlineSchemaLoader
      schema: {type: object, properties: {id: {type: integer}}}
spec:
  type: Spec
  connection_specification:
    type: object
    required: [url, token]
    properties:
      url: {type: string}
      token: {type: string, airbyte_secret: true}
      size: {type: integer}
"""


def changed(*edits: tuple[str, str]) -> str:
    """The manifest with pieces of text replaced, each the first time that it stands there."""
    text = MANIFEST
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def in_stream(name: str, old: str, new: str) -> str:
    """The manifest with a piece of text replaced in one of its streams."""
    head, mark, tail = MANIFEST.partition(f"    name: {name}\n")
    assert old in tail, old
    return head + mark + tail.replace(old, new, 1)


def reading(text: str, file: str = "m.yaml") -> Reading:
    """The manifest as tools read it."""
    return read_text(text, file)
