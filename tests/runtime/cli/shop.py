"""A shop for tests of masking: customers, their orders, and values that must not be seen."""

from __future__ import annotations

from typing import Any

from penstock.testing.fake_api import FakeApi

Json = Any

EMAIL, PHONE, NAME = "wilhelmina.quartz@example.test", "+1 212 555 0187", "Wilhelmina Quartz"
CANARIES = (EMAIL, PHONE, NAME, "Wilhelmina", "212 555")
"""What must be in no message, and in nothing that leaves."""

KEY = "Jq3-wZ8vX1pL6tR0yB5nK9dF2hG7mC4s"

MANIFEST = """\
version: "7.39.1"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [customers] }
spec:
  type: Spec
  connection_specification:
    type: object
    required: [url, start]
    properties:
      url: { type: string }
      start: { type: string, format: date }
definitions:
  customers: &customers
    type: DeclarativeStream
    name: customers
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{{ config['url'] }}/customers"
        error_handler: { type: DefaultErrorHandler, max_retries: 0 }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [items] } }
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties:
          id: { type: integer }
          name: { type: [string, "null"] }
          email: { type: string }
          contacts: { type: array, items: { type: object, properties: { phone: { type: string } } } }
          extra: { type: object }
streams:
  - *customers
  - <<: *customers
    name: orders
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{{ config['url'] }}/orders"
        error_handler: { type: DefaultErrorHandler, max_retries: 0 }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [items] } }
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: at
      datetime_format: "%Y-%m-%d"
      start_datetime: "{{ config['start'] }}"
      end_datetime: "2024-02-01"
    schema_loader:
      type: InlineSchemaLoader
      schema:
        type: object
        properties:
          id: { type: integer }
          customer_id: { type: integer }
          at: { type: string, format: date }
          note: { type: string }
"""

POLICY = """\
version: 1
unclassified: fail
keys:
  people: {ref: env:MASKING_KEY, id: p26}
classes:
  email: {detect: email, mask: {type: Hmac, key: people, domain: person}}
  name: {mask: redact}
  phone: {detect: phone, mask: {type: Partial, keep_last: 2}}
  free_text: {mask: {type: ScanText}}
  customer: {mask: {type: Hmac, key: people, domain: customer}}
  public: {mask: keep}
streams:
  "*":
    fields:
      "**.email": email
  customers:
    fields:
      id: customer
      name: name
      "contacts[*].phone": phone
      extra: free_text
  orders:
    fields:
      id: public
      customer_id: customer
      at: public
      note: free_text
"""


def customer(number: int) -> Json:
    """A customer; all of them hold the canaries."""
    return {
        "id": number,
        "name": NAME,
        "email": EMAIL,
        "contacts": [{"phone": PHONE}, {"phone": None}],
        "extra": {"referred_by": EMAIL},
    }


def order(number: int) -> Json:
    """An order of a customer of the same number."""
    return {
        "id": 100 + number,
        "customer_id": number,
        "at": "2024-01-02",
        "note": f"ask {EMAIL} or call {PHONE}",
    }


def open_shop(api: FakeApi, count: int = 30) -> None:
    """Let the API have so many customers, and an order of each."""
    api.on("/customers", {"items": [customer(number) for number in range(1, count + 1)]})
    api.on("/orders", {"items": [order(number) for number in range(1, count + 1)]})
