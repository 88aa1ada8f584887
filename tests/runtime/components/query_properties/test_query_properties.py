from __future__ import annotations

import pytest

from penstock.components.query_properties import QUERY_PROPERTIES
from penstock.errors import ManifestError
from penstock.testing.fake_api import FakeApi, Received
from penstock.testing.fakes import Fakes, component, json_response, run

MANIFEST = """
type: DeclarativeSource
version: 7.0.0
check: {type: CheckStream, stream_names: [orders]}
streams:
  - type: DeclarativeStream
    name: orders
    retriever:
      requester:
        url: URL/orders
        REQUEST
      record_selector: {extractor: {field_path: []}}
      paginator:
        type: DefaultPaginator
        pagination_strategy: {type: PageIncrement, page_size: 2}
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
"""
IN_TWO = "property_chunking: {property_limit_type: property_count, property_limit: 2}"


def chunks(text: str) -> list[list[str]]:
    properties = component(f"{{type: QueryProperties, {text}}}", QUERY_PROPERTIES).build(Fakes().resources())
    return [list(chunk) for chunk in properties.chunks()]


def test_one_request_asks_for_all() -> None:
    """What is always asked for comes first."""
    assert chunks("property_list: [a, b, c]") == [["a", "b", "c"]]
    assert chunks("property_list: [a, b], always_include_properties: [id]") == [["id", "a", "b"]]
    assert chunks(f"property_list: [a, b, c], {IN_TWO}") == [["a", "b"], ["c"]]


def test_an_endpoint_is_asked_once() -> None:
    """However many slices and pages there are."""
    fakes = Fakes(answers=[json_response([{"name": "a"}])])
    properties = component(
        """
        type: QueryProperties
        property_list:
          type: PropertiesFromEndpoint
          property_field_path: [name]
          retriever: {requester: {url: https://e.com}, record_selector: {extractor: {field_path: []}}}
        """,
        QUERY_PROPERTIES,
    ).build(fakes.resources())

    assert [properties.chunks(), properties.chunks()] == [[["a"]], [["a"]]]
    assert len(fakes.sent) == 1


def orders(request: Received) -> object:
    """Three orders, two a page, with the fields that the request asks for."""
    fields = request.params["fields"].split(",")
    ids = (3,) if "page" in request.params else (1, 2)
    return [{"id": n, "of": dict.fromkeys(fields, n)} for n in ids]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(
            f"request_parameters: {{fields: {{type: QueryProperties, property_list: [a, b, c], {IN_TWO}}}}}",
            id="as a parameter",
        ),
        pytest.param(
            f"query_properties: {{property_list: [a, b, c], {IN_TWO}}}\n"
            "        request_parameters: {fields: \"{{ query_properties | join(',') }}\"}",
            id="in a template",
        ),
    ],
)
def test_the_parts_of_a_page_become_one_page(api: FakeApi, request_: str) -> None:
    """Each page is asked for once a chunk; objects in records are put together too."""
    api.on("/orders", orders)

    destination = run(MANIFEST.replace("URL", api.url).replace("REQUEST", request_))

    assert api.paths() == [
        "/orders?fields=a,b",
        "/orders?fields=c",
        "/orders?fields=a,b&page=1",
        "/orders?fields=c&page=1",
    ]
    assert destination.records["orders"] == [{"id": n, "of": {"a": n, "b": n, "c": n}} for n in (1, 2, 3)]


def test_one_parameter_names_the_fields() -> None:
    with pytest.raises(ManifestError, match="may be a QueryProperties, not several"):
        run(
            MANIFEST.replace(
                "REQUEST",
                "request_parameters: {f: {type: QueryProperties, property_list: [a]}, "
                "g: {type: QueryProperties, property_list: [b]}}",
            )
        )
