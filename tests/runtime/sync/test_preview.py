from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from penstock.authoring import ConfigError, ManifestError, Preview, Redactor, first_requests, read_text
from penstock.testing.fake_api import FakeApi
from penstock.testing.fakes import run

Json = Any

MANIFEST = """
version: 7.39.1
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
spec:
  type: Spec
  connection_specification:
    type: object
    properties: {key: {type: string, airbyte_secret: true}, url: {type: string}}
streams:
  - &orders
    type: DeclarativeStream
    name: orders
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{{ config['url'] }}/orders"
        authenticator: {type: BearerAuthenticator, api_token: "{{ config['key'] }}"}
        request_headers: {X-Echo: "{{ config['key'] }}"}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [items]}}
      paginator:
        type: DefaultPaginator
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
        page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: limit}
        pagination_strategy: {type: PageIncrement, page_size: 2}
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: at
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-03-31"
      step: P1M
      cursor_granularity: P1D
      start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: from}
      end_time_option: {type: RequestOption, inject_into: request_parameter, field_name: to}
  - type: DeclarativeStream
    name: lines
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{{ config['url'] }}/orders/{{ stream_partition['order'] }}/lines"
        http_method: POST
        request_body_json: {all: "{{ 1 == 1 }}"}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [items]}}
      partition_router:
        type: SubstreamPartitionRouter
        parent_stream_configs: [{type: ParentStreamConfig, parent_key: id, partition_field: order, stream: *orders}]
  - type: DeclarativeStream
    name: regions
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url: "{{ config['url'] }}/regions"}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [items]}}
      partition_router:
        type: ListPartitionRouter
        cursor_field: region
        values: [eu, us, asia]
        request_option: {type: RequestOption, inject_into: request_parameter, field_name: region}
"""
CONFIG = {"key": "s3cret-key", "url": "https://api.example.com"}


def previewed(stream: str, saved: Mapping[str, Json] | None = None, most: int = 10) -> Preview:
    return first_requests(read_text(MANIFEST), stream, CONFIG, saved or {}, Redactor(), most)


def urls(found: Preview) -> list[str]:
    return [request.url.removeprefix("https://api.example.com") for request in found.requests]


def test_the_first_page_of_each_slice_is_told() -> None:
    """With what paginator and cursor put in, as the run would send it."""
    assert urls(previewed("orders")) == [
        "/orders?limit=2&from=2024-01-01&to=2024-01-31",
        "/orders?limit=2&from=2024-02-01&to=2024-02-29",
        "/orders?limit=2&from=2024-03-01&to=2024-03-31",
    ]


def test_the_saved_state_says_where_the_next_sync_begins() -> None:
    """As in a run."""
    assert urls(previewed("orders", {"at": "2024-03-15"})) == [
        "/orders?limit=2&from=2024-03-15&to=2024-03-31"
    ]


def test_of_many_slices_the_first_are_told() -> None:
    """And how many more there are."""
    found = previewed("regions", most=2)

    assert urls(found) == ["/regions?region=eu", "/regions?region=us"]
    assert [request.slice for request in found.requests] == [{"region": "eu"}, {"region": "us"}]
    assert found.more == 1


def test_a_stream_that_is_split_by_another_asks_that_one_first() -> None:
    """Names stand in for the values that only its records have."""
    found = previewed("lines")

    assert urls(found) == ["/orders?limit=2&from=2024-01-01&to=2024-01-31", "/orders/%3Corder%3E/lines"]
    parent, child = found.requests
    assert (parent.after, child.after) == ((), ("orders",))
    assert (child.method, child.body) == ("POST", '{"all": true}')


def test_no_secret_and_no_credentials_are_told() -> None:
    """Nobody logs in for a preview."""
    [request, *_] = previewed("orders").requests

    assert request.headers == {"X-Echo": "****"}
    assert "s3cret" not in repr(request)


def test_the_requests_are_those_of_a_run(api: FakeApi) -> None:
    """The first of each slice, in order."""
    api.on("/orders", {"items": []})
    config = {**CONFIG, "url": api.url}

    found = first_requests(read_text(MANIFEST), "orders", config, {}, Redactor())
    asked_before = len(api.requests)
    run(MANIFEST, config, streams=("orders",), concurrency=1)

    sent = [f"{api.url}{request.path}?{urlencode(request.query)}" for request in api.requests]
    assert asked_before == 0
    assert [request.url for request in found.requests] == sent


def test_a_user_in_a_url_is_not_told() -> None:
    """Nor a password, whether or not it is known to be secret."""
    config = {**CONFIG, "url": "https://ada:lovelace@api.example.com"}

    [request, *_] = first_requests(read_text(MANIFEST), "orders", config, {}, Redactor()).requests

    assert request.url.startswith("https://****@api.example.com/orders")


def test_a_stream_that_is_not_there_is_told() -> None:
    """With the config's problems, and the manifest's."""
    with pytest.raises(ConfigError, match="no stream `nothing`"):
        previewed("nothing")
    with pytest.raises(ConfigError, match="does not fit"):
        first_requests(read_text(MANIFEST), "orders", {"key": 7}, {}, Redactor())
    with pytest.raises(ManifestError):
        first_requests(read_text("a: ["), "orders", {}, {}, Redactor())


def test_streams_with_custom_code_are_in_nobodys_way() -> None:
    """Only the one that is asked for is built."""
    manifest = MANIFEST.replace(
        "{type: HttpRequester, url: \"{{ config['url'] }}/regions\"}", "{class_name: components.Mine}"
    )

    found = first_requests(read_text(manifest), "orders", CONFIG, {}, Redactor())

    assert len(found.requests) == 3
    with pytest.raises(ConfigError, match="custom code"):
        first_requests(read_text(manifest), "regions", CONFIG, {}, Redactor())


def test_the_config_stays_as_it_is() -> None:
    """Whatever the manifest's rules would make of it."""
    config = json.loads(json.dumps(CONFIG))

    first_requests(read_text(MANIFEST), "orders", config, {}, Redactor())

    assert config == CONFIG
