from __future__ import annotations

import pytest
from tests.conformance.differential import Both

from penstock.testing.fake_api import FakeApi

MANIFEST = """
version: 7.0.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
streams:
  - type: DeclarativeStream
    name: orders
    primary_key: id
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {}}}
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url_base: URL, path: orders, http_method: POST, BODY}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
      paginator:
        type: DefaultPaginator
        pagination_strategy: {type: PageIncrement, page_size: 2}
        page_token_option: {type: RequestOption, inject_into: INTO, field_name: page}
"""
TEXT = "{type: RequestBodyPlainText, value: %s}"
FORM = "{type: RequestBodyUrlEncodedForm, value: %s}"
JSON = "{type: RequestBodyJsonObject, value: %s}"
GRAPHQL = "{type: RequestBodyGraphQL, value: %s}"


@pytest.mark.parametrize(
    ("into", "body"),
    [
        pytest.param("request_parameter", TEXT % "'a {{ config.x }} b'", id="a text"),
        pytest.param("body_data", TEXT % "\"{{ {'a': config.x} }}\"", id="a text that gives a mapping"),
        pytest.param("request_parameter", TEXT % "'{{ 5 }}'", id="a text that gives a number"),
        pytest.param("request_parameter", TEXT % "'{{ [1, 2] }}'", id="a text that gives a list"),
        pytest.param("request_parameter", TEXT % "''", id="no text"),
        pytest.param("request_parameter", TEXT % "'{{ next_page_token }}'", id="the token in a text"),
        pytest.param(
            "body_data",
            FORM % "{a: '{{ 5 }}', '{{ config.x }}': b, c: \"{{ ['x', 'y'] }}\", d: '{{ config.missing }}'}",
            id="a form",
        ),
        pytest.param("request_parameter", FORM % "{}", id="an empty form"),
        pytest.param(
            "body_json",
            JSON % "{a: '1', '{{ config.x }}': {b: null, c: [null, '{{ 1 }}']}, d: '', e: 'null'}",
            id="a JSON object",
        ),
        pytest.param("body_json", JSON % "{p: '{{ stream_slice }}', page: {a: 1}}", id="a clash with the paginator"),
        pytest.param("request_parameter", JSON % "{}", id="an empty JSON object"),
        pytest.param(
            "body_json",
            GRAPHQL % "{query: 'query { a(first: 1) { b } }', variables: {x: '{{ config.x }}', n: null}}",
            id="a GraphQL query",
        ),
        pytest.param("body_json", GRAPHQL % "{query: '{{ 5 }}'}", id="a query that comes out a number"),
        pytest.param("body_json", GRAPHQL % "{query: '', x: 1}", id="an empty query"),
        pytest.param(
            "body_json", GRAPHQL % "{type: RequestBodyGraphQlQuery, query: q}", id="a query of a named type"
        ),
        pytest.param(
            "request_parameter", f"{JSON % '{a: 1}'}, request_body_json: {{b: 1}}", id="an older field beside it"
        ),
    ],
)  # fmt: skip
def test_bodies_are_sent_alike(both: Both, api: FakeApi, into: str, body: str) -> None:
    """Each form of a body, on two pages, with what a template may make of it."""
    api.on(
        "/orders",
        lambda request: [{"id": 1}] if b"page" in request.body or request.query else [{"id": 2}, {"id": 3}],
        method="POST",
    )

    manifest = MANIFEST.replace("BODY", f"request_body: {body}").replace("INTO", into)
    theirs, ours = both.read(api, manifest, {"x": "X"}, streams=["orders"])

    assert ours == theirs
    assert ours.requests or ours.failed
