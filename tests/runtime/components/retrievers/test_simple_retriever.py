from __future__ import annotations

from typing import Any

import pytest

from penstock.components.cursors import CURSOR
from penstock.components.retrievers import RETRIEVER
from penstock.errors import ManifestError, StreamError
from penstock.expressions.scope import Slice
from penstock.http.request import HttpRequest, HttpResponse
from penstock.records.resources import StreamContext
from penstock.records.stream import Retriever, WindowTest
from penstock.testing.fake_api import FakeApi
from penstock.testing.fakes import Fakes, built, component, json_response, run

REQUESTER = 'requester: {url: "https://api.example.com/orders"}\n'
SELECTOR = "record_selector: {extractor: {field_path: []}}\n"

BY_OFFSET = """
paginator:
  type: DefaultPaginator
  pagination_strategy: {type: OffsetIncrement, page_size: 2}
  page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: offset}
"""

BY_TEAM = """
partition_router:
  type: ListPartitionRouter
  cursor_field: team
  values: [a, b]
  request_option: {inject_into: request_parameter, field_name: team}
"""

SINCE = """
type: DatetimeBasedCursor
cursor_field: at
datetime_format: "%Y-%m-%d"
start_datetime: "2024-01-01"
start_time_option: {inject_into: request_parameter, field_name: NAME}
"""

WINDOW = Slice({"team": "a"}, {"start_time": "2024-01-01", "end_time": "2024-01-31"})


def retriever(text: str, fakes: Fakes, stream: StreamContext | None = None, **given: Any) -> Retriever:
    """The retriever that YAML text describes, without transformations."""
    return component(f"type: SimpleRetriever\n{text}", RETRIEVER).build(fakes.resources(stream, **given))(())


def with_cursor(parameter: str) -> StreamContext:
    """A stream whose cursor puts the window's start into this parameter."""
    return StreamContext("orders", built(SINCE.replace("NAME", parameter), CURSOR))


def records(retriever: Retriever, slice_: Slice | None = None, test: WindowTest | None = None) -> list[Any]:
    return [record["id"] for batch in retriever.read(slice_ or Slice(), test) for record in batch]


def test_a_retriever_needs_a_requester_and_a_selector() -> None:
    """These two need no types; without more it reads one page, as JSON, of one partition."""
    fakes = Fakes(answers=[json_response([{"id": 1}, {"id": 2}])])

    simple = retriever(REQUESTER + SELECTOR, fakes)

    assert records(simple) == [1, 2]
    assert simple.router is None
    assert [request.full_url() for request in fakes.sent] == ["https://api.example.com/orders"]


@pytest.mark.parametrize(
    "missing", [pytest.param(REQUESTER, id="a selector"), pytest.param(SELECTOR, id="a requester")]
)
def test_it_does_not_do_without_either(missing: str) -> None:
    with pytest.raises(ManifestError, match="SimpleRetriever needs `"):
        component(f"type: SimpleRetriever\n{missing}", RETRIEVER)


def test_pages_follow_until_the_paginator_ends_them() -> None:
    """Each page is a batch of its own."""
    fakes = Fakes(answers=[json_response([{"id": 1}, {"id": 2}]), json_response([{"id": 3}])])

    batches = list(retriever(REQUESTER + SELECTOR + BY_OFFSET, fakes).read(Slice(), None))

    assert batches == [[{"id": 1}, {"id": 2}], [{"id": 3}]]
    assert [request.options.params for request in fakes.sent] == [{}, {"offset": 2}]


def test_the_next_page_is_asked_for_late() -> None:
    """Only when the records of the one before are taken, so a consumer that is slow slows the API down."""
    fakes = Fakes(answers=[json_response([{"id": 1}, {"id": 2}]), json_response([])])
    pages = retriever(REQUESTER + SELECTOR + BY_OFFSET, fakes).read(Slice(), None)

    next(pages)

    assert len(fakes.sent) == 1


@pytest.mark.parametrize(
    ("settings", "parameter", "sent"),
    [
        pytest.param(
            "",
            "since",
            [{"team": "a", "since": "2024-01-01"}, {"offset": 2, "team": "a", "since": "2024-01-01"}],
            id="into each page",
        ),
        pytest.param(
            "ignore_stream_slicer_parameters_on_paginated_requests: true",
            "since",
            [{"team": "a", "since": "2024-01-01"}, {"offset": 2}],
            id="or only the first, where the token knows them",
        ),
        pytest.param(
            "",
            "team",
            [{"team": "2024-01-01"}, {"offset": 2, "team": "2024-01-01"}],
            id="the cursor wins over the router",
        ),
    ],
)
def test_partition_and_window_go_into_the_requests(
    settings: str, parameter: str, sent: list[dict[str, Any]]
) -> None:
    fakes = Fakes(answers=[json_response([{"id": 1}, {"id": 2}]), json_response([{"id": 3}])])
    text = REQUESTER + SELECTOR + BY_OFFSET + BY_TEAM + settings

    records(retriever(text, fakes, with_cursor(parameter)), WINDOW)

    assert [request.options.params for request in fakes.sent] == sent


def test_paginator_and_cursor_may_not_claim_one_parameter() -> None:
    """One of them would be lost in silence."""
    fakes = Fakes(answers=[json_response([{"id": 1}, {"id": 2}])])

    with pytest.raises(StreamError, match="the request parameter `offset` is set twice"):
        records(retriever(REQUESTER + SELECTOR + BY_OFFSET, fakes, with_cursor("offset")), WINDOW)


def test_templates_see_the_slice_and_what_the_parent_gave_along() -> None:
    """Under the three names of the slice; the parent's extra fields by their own names as well."""
    requester = """
requester:
  url: "https://api.example.com/{{ stream_partition.team }}"
  request_parameters:
    since: "{{ stream_interval['start_time'] }}"
    until: "{{ stream_slice.end_time }}"
    region: "{{ stream_slice.extra_fields['region'] }}"
    page: "{{ next_page_token is none }}"
"""
    fakes = Fakes(answers=[json_response([])])

    records(
        retriever(requester + SELECTOR, fakes), Slice(WINDOW.partition, WINDOW.cursor_slice, {"region": "eu"})
    )

    assert fakes.sent[0].full_url() == (
        "https://api.example.com/a?since=2024-01-01&until=2024-01-31&region=eu&page=True"
    )


@pytest.mark.parametrize(
    ("routers", "keys"),
    [
        pytest.param(
            "{type: ListPartitionRouter, cursor_field: n, values: ['1', '2']}",
            [{"n": "1"}, {"n": "2"}],
            id="one",
        ),
        pytest.param(
            """
            - {type: ListPartitionRouter, cursor_field: n, values: ['1', '2']}
            - {type: ListPartitionRouter, cursor_field: m, values: [x]}
            """,
            [{"m": "x", "n": "1"}, {"m": "x", "n": "2"}],
            id="several give every combination",
        ),
    ],
)
def test_routers_split_the_stream(routers: str, keys: list[dict[str, str]]) -> None:
    router = retriever(f"{REQUESTER}{SELECTOR}partition_router: {routers}", Fakes()).router

    assert router is not None
    assert [getattr(part, "key", None) for part in router.partitions({})] == keys


@pytest.mark.parametrize(
    ("ends_paging", "ids", "requests"),
    [
        pytest.param(False, [5, 4, 3], 3, id="the API cannot filter: each page is looked through"),
        pytest.param(True, [5, 4, 3], 2, id="it gives the newest first: old records end it"),
    ],
)
def test_old_records_are_dropped_here(ends_paging: bool, ids: list[int], requests: int) -> None:
    """By the cursor's test. Paging ends with a page whose last record fails it only where the order is known."""
    pages = [[5, 4], [3, 2], [1]]
    fakes = Fakes(answers=[json_response([{"id": id_} for id_ in page]) for page in pages])

    found = records(
        retriever(REQUESTER + SELECTOR + BY_OFFSET, fakes),
        test=WindowTest(lambda record: record["id"] > 2, ends_paging),
    )

    assert (found, len(fakes.sent)) == (ids, requests)


def test_a_decoder_may_read_the_body() -> None:
    fakes = Fakes(answers=[json_response({"data": [{"id": 1}]})])
    selector = "record_selector: {extractor: {field_path: [data]}}\n"

    assert records(retriever(REQUESTER + selector + "decoder: {type: JsonDecoder}", fakes)) == [1]


@pytest.mark.parametrize(
    ("decoder", "streams"),
    [
        pytest.param("{type: JsonDecoder}", False, id="JSON is read whole"),
        pytest.param("{type: JsonlDecoder}", True, id="lines are read as they arrive"),
        pytest.param("{type: GzipDecoder, decoder: {type: CsvDecoder}}", True, id="and so is what is packed"),
    ],
)
def test_the_request_says_whether_its_answer_is_read_as_it_arrives(decoder: str, streams: bool) -> None:
    """A streamed answer is never kept for the next one who asks: it may be larger than the memory."""
    fakes = Fakes(answers=[json_response({"id": 1})])
    cached = REQUESTER.replace("{url", "{use_cache: true, url")
    made = retriever(cached + SELECTOR + f"decoder: {decoder}", fakes)

    records(made)
    records(made)

    assert [request.streams for request in fakes.sent] == ([True, True] if streams else [False])


BY_EITHER = """
record_selector:
  extractor: {type: CombinedExtractor, MODE extractors: [{type: DpathExtractor, field_path: [a]}]}
"""


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param(
            SELECTOR + BY_OFFSET + "decoder: {type: CsvDecoder}",
            "what a CsvDecoder reads has no pages",
            id="pages of what is streamed",
        ),
        pytest.param(
            SELECTOR + BY_OFFSET + "decoder: {type: GzipDecoder, decoder: {type: JsonlDecoder}}",
            "what a GzipDecoder reads has no pages",
            id="pages of what is packed, unless it is JSON",
        ),
        pytest.param(
            BY_EITHER.replace("MODE", "") + "decoder: {type: JsonlDecoder}",
            "several extractors cannot share what a JsonlDecoder reads",
            id="several extractors of what is streamed",
        ),
        pytest.param(
            BY_EITHER.replace("MODE", "") + BY_OFFSET,
            "the records of a CombinedExtractor are no offset",
            id="offsets of records that the API does not count",
        ),
        pytest.param(
            "record_selector: {extractor: {type: ResponseToFileExtractor}}",
            "is for the downloads of an AsyncRetriever",
            id="an extractor of reports",
        ),
    ],
)
def test_what_does_not_go_together_is_told_at_once(settings: str, told: str) -> None:
    """As the reference runtime refuses it."""
    with pytest.raises(ManifestError, match=told):
        retriever(REQUESTER + settings, Fakes())


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(SELECTOR + "decoder: {type: XmlDecoder}" + BY_OFFSET, id="pages of XML"),
        pytest.param(
            SELECTOR + "decoder: {type: GzipDecoder, decoder: {type: JsonDecoder}}" + BY_OFFSET, id="of JSON"
        ),
        pytest.param(
            SELECTOR + "decoder: {type: CsvDecoder}\npaginator: {type: NoPagination}", id="no pages"
        ),
        pytest.param(
            BY_EITHER.replace("MODE", "mode: first_match,") + BY_OFFSET, id="one extractor's offsets"
        ),
    ],
)
def test_what_goes_together_is_taken(settings: str) -> None:
    assert retriever(REQUESTER + settings, Fakes())


def test_an_answer_that_the_error_handler_ignores_has_no_records() -> None:
    """A 404 to be ignored may still carry a body."""
    requester = """
requester:
  url: "https://api.example.com/orders"
  error_handler:
    type: DefaultErrorHandler
    response_filters: [{http_codes: [404], action: IGNORE}]
"""

    def send(request: HttpRequest) -> HttpResponse:
        return json_response([{"id": 1}], 404)

    assert records(retriever(requester + SELECTOR + BY_OFFSET, Fakes(), send=send)) == []


def test_a_first_page_that_is_known_is_not_requested() -> None:
    """The parent's record held it; the pages after it are requested as always."""
    fakes = Fakes(answers=[json_response([{"id": 3}])])
    paged = retriever(REQUESTER + SELECTOR + BY_OFFSET, fakes)

    assert records(paged, Slice({"team": "a"}, first_page=b'[{"id": 1}, {"id": 2}]')) == [1, 2, 3]
    assert [request.options.params for request in fakes.sent] == [{"offset": 2}]
    assert records(paged, Slice({"team": "a"}, first_page=b"{}")) == []


def test_the_next_page_is_told_by_the_answer_as_it_came(api: FakeApi) -> None:
    """Transformations change the records, not the answer that the paginator reads."""
    api.in_turn("/orders", {"items": [{"id": 1}, {"id": 2}]}, {"items": []})
    manifest = f"""
    version: 7.0.0
    check: {{stream_names: [orders]}}
    streams:
      - name: orders
        transformations: [{{type: RemoveFields, field_pointers: [[id]]}}]
        retriever:
          requester: {{url: "{api.url}/orders"}}
          record_selector: {{extractor: {{field_path: [items]}}}}
          paginator:
            type: DefaultPaginator
            page_token_option: {{type: RequestOption, inject_into: request_parameter, field_name: after}}
            pagination_strategy:
              type: CursorPagination
              cursor_value: "{{{{ response['items'][-1]['id'] if response['items'] else '' }}}}"
    """

    run(manifest)

    assert api.paths() == ["/orders", "/orders?after=2"]
