from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.differential import Both

from penstock.testing.fake_api import Answer, FakeApi, Received

MANIFEST = """
version: 7.0.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
concurrency_level: {type: ConcurrencyLevel, default_concurrency: 1}
streams:
  - type: DeclarativeStream
    name: orders
    primary_key: id
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {}}}
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url_base: URL
        path: orders
        http_method: GET
        REQUEST
      record_selector:
        type: RecordSelector
        extractor: {type: DpathExtractor, field_path: [items]}
        record_filter: {type: RecordFilter, condition: "{{ record['n'] != 9 }}"}
      paginator:
        type: DefaultPaginator
        pagination_strategy: PAGES
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
"""
PAGES = "{type: PageIncrement, page_size: 2}"
CURSOR = (
    "{type: CursorPagination, "
    "cursor_value: \"{{ last_page_size }}-{{ last_record['id'] }}-{{ response['fields'] }}\", "
    "stop_condition: \"{{ response['last'] }}\"}"
)
PARAMETER = "request_parameters: {z: \"{{ config['x'] }}\", fields: {type: QueryProperties, %s}}"
FIELD = """query_properties: {type: QueryProperties, %s}
        request_parameters: {fields: "{{ query_properties | join(',') }}"}"""
ENDPOINT = (
    "{type: PropertiesFromEndpoint, property_field_path: [name], retriever: {type: SimpleRetriever, "
    "requester: {type: HttpRequester, url_base: URL, path: fields, http_method: GET}, "
    "record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}}}"
)
COUNT = (
    ", property_chunking: {type: PropertyChunking, property_limit_type: property_count, property_limit: %d%s}"
)
LENGTH = ", property_chunking: {type: PropertyChunking, property_limit_type: characters, property_limit: %d}"
MERGE = ", record_merge_strategy: {type: GroupByKeyMergeStrategy, key: %s}"
SELECT = ", property_selector: {type: JsonSchemaPropertySelector}"
ABC = "property_list: [a, b, c]"


def orders(request: Received) -> Any:
    """Five orders, two a page, with the fields asked for, and what tells the requests apart."""
    fields = request.params.get("fields", "")
    token = request.params.get("page", "0")
    page = {"0": 0, "1": 1, "2": 2}.get(token, 1 if "o2" in token else 2)
    numbers = [n for n in (1, 2, 3, 4, 5) if (n - 1) // 2 == page]
    items = [
        {
            "id": f"o{n}",
            "kind": "odd" if n % 2 else "even",
            "n": n,
            "values": {name: f"{name}{n}" for name in fields.split(",") if name},
            "part": fields,
        }
        for n in numbers
    ]
    if fields.startswith("lone"):
        items = [{key: value for key, value in item.items() if key != "id"} for item in items]
    return {"items": items, "fields": fields, "last": page == 2}


@pytest.mark.parametrize("request_", [PARAMETER, FIELD], ids=["parameter", "template"])
@pytest.mark.parametrize(
    "properties",
    [
        pytest.param(ABC, id="one request"),
        pytest.param(f"{ABC}, always_include_properties: [id, x]", id="always some"),
        pytest.param(f"{ABC}, always_include_properties: [id]{COUNT % (2, '')}", id="two by two"),
        pytest.param(f"property_list: [aaaa, b, cc, dddddddddd, e]{LENGTH % 13}", id="so many characters"),
        pytest.param(f"property_list: [aaaaaaaaaaaaaaa, b]{LENGTH % 10}", id="one too long"),
        pytest.param(
            f"{ABC}, always_include_properties: [id], "
            "property_chunking: {type: PropertyChunking, property_limit_type: property_count}",
            id="no limit",
        ),
        pytest.param(f"{ABC}{COUNT % (2, MERGE % 'id')}", id="a key"),
        pytest.param(f"{ABC}{COUNT % (2, MERGE % 'kind')}", id="a key of several records"),
        pytest.param(f"{ABC}{COUNT % (2, MERGE % '[kind, id]')}", id="two keys"),
        pytest.param(f"property_list: [a, lone]{COUNT % (1, '')}", id="no key in some parts"),
        pytest.param("property_list: []", id="none"),
    ],
)
def test_properties_are_asked_for_alike(both: Both, api: FakeApi, request_: str, properties: str) -> None:
    """Every way to split and to merge, over three pages."""
    api.on("/orders", orders)

    manifest = MANIFEST.replace("REQUEST", request_ % properties).replace("PAGES", PAGES)
    theirs, ours = both.read(api, manifest, {"x": "X"}, streams=["orders"])

    assert ours == theirs


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(PARAMETER % f"property_list: {ENDPOINT}", id="an endpoint"),
        pytest.param(PARAMETER % f"property_list: {ENDPOINT}{COUNT % (2, '')}", id="an endpoint, two by two"),
        pytest.param(
            f"fetch_properties_from_endpoint: {ENDPOINT}\n"
            "        request_parameters: {fields: \"{{ query_properties | join(',') }}\"}",
            id="by the older name",
        ),
        pytest.param(PARAMETER % f"{ABC}{SELECT}", id="a catalog without properties"),
        pytest.param(
            "query_properties: {type: QueryProperties, property_list: [a]}\n"
            "        request_parameters: {g: {type: QueryProperties, property_list: [b]}, "
            "fields: \"{{ query_properties | join(',') }}\"}",
            id="both ways at once",
        ),
        pytest.param(
            "request_parameters: {f: {type: QueryProperties, property_list: [a]}, "
            "g: {type: QueryProperties, property_list: [b]}}",
            id="two parameters",
        ),
    ],
)
def test_properties_are_found_alike(both: Both, api: FakeApi, request_: str) -> None:
    """From an endpoint, from the catalog, and where several are declared."""
    api.on("/orders", orders)
    api.on("/fields", [{"name": "a"}, {"name": "b"}, {"name": "c"}])

    theirs, ours = both.read(
        api, MANIFEST.replace("REQUEST", request_).replace("PAGES", PAGES), {"x": "X"}, streams=["orders"]
    )

    assert ours == theirs


@pytest.mark.parametrize("chunks", ["", COUNT % (1, "")], ids=["one request", "three requests"])
def test_the_last_answer_tells_the_next_page(both: Both, api: FakeApi, chunks: str) -> None:
    """And the templates of the paginator see the same."""
    api.on("/orders", orders)

    manifest = MANIFEST.replace("REQUEST", PARAMETER % f"{ABC}{chunks}").replace("PAGES", CURSOR)
    theirs, ours = both.read(api, manifest, {"x": "X"}, streams=["orders"])

    assert ours == theirs


@pytest.mark.parametrize("refused", ["b", "c"])
def test_a_part_that_is_ignored_is_left_out_alike(both: Both, api: FakeApi, refused: str) -> None:
    """One request of a page may fail."""
    request = PARAMETER % f"{ABC}{COUNT % (1, '')}" + (
        "\n        error_handler: {type: DefaultErrorHandler, response_filters: "
        "[{type: HttpResponseFilter, http_codes: [404], action: IGNORE}]}"
    )
    api.on("/orders", lambda r: Answer({}, 404) if r.params["fields"] == refused else orders(r))

    theirs, ours = both.read(
        api, MANIFEST.replace("REQUEST", request).replace("PAGES", PAGES), {"x": "X"}, streams=["orders"]
    )

    assert ours == theirs
