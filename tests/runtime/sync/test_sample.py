from __future__ import annotations

import json
import textwrap
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.held import ENOUGH_SECONDS, Held

from penstock.plan.manifest import load_manifest, parse_manifest
from penstock.sync.sample import Sample, SampleLimits, Sampling
from penstock.sync.sample_notes import MOST_TOLD_BYTES
from penstock.sync.sample_told import Exchange
from penstock.testing.canary import MASKED, MASKING_KEY, canary_source, core, echo, sightings
from penstock.testing.custom_code import example_class
from penstock.testing.fake_api import Answer, FakeApi, Received
from penstock.testing.fakes import run

Json = Any

ITEMS = [{"id": number, "name": f"person number {number}"} for number in range(1, 7)]


def manifest(paginator: str = "", *, retriever: str = "", stream: str = "", path: str = "/items") -> str:
    """A manifest of one stream, `items`, with these settings of its retriever and its own."""
    paged = f"paginator: {paginator}" if paginator else ""
    return textwrap.dedent(f"""\
        version: "7.39.1"
        type: DeclarativeSource
        check: {{type: CheckStream, stream_names: [items]}}
        spec:
          type: Spec
          connection_specification:
            type: object
            properties: {{url: {{type: string}}, key: {{type: string, airbyte_secret: true}}}}
        streams:
          - type: DeclarativeStream
            name: items
            primary_key: id
            {stream}
            retriever:
              type: SimpleRetriever
              requester: {{type: HttpRequester, url: "{{{{ config['url'] }}}}{path}"}}
              record_selector: {{type: RecordSelector, extractor: {{type: DpathExtractor, field_path: [items]}}}}
              {paged}
              {retriever}
        """)


def paginator(strategy: str) -> str:
    option = "{type: RequestOption, inject_into: request_parameter, field_name: at}"
    return f"{{type: DefaultPaginator, page_token_option: {option}, pagination_strategy: {strategy}}}"


OFFSET = paginator("{type: OffsetIncrement, page_size: 2}")
PAGE = paginator("{type: PageIncrement, page_size: 2, start_from_page: 1, inject_on_first_request: true}")
CURSOR = paginator("""{type: CursorPagination, cursor_value: "{{ response.get('next') }}"}""")
STOPPING = paginator(
    """{type: CursorPagination, cursor_value: "{{ response.next }}", stop_condition: "{{ response.last }}"}"""
)


def sampled(
    api: FakeApi,
    text: str,
    limits: SampleLimits | None = None,
    *,
    saved: Mapping[str, Json] | None = None,
    stream: str = "items",
    **config: Json,
) -> Sample:
    made = parse_manifest(text, find_class=example_class)
    return Sampling(made, stream, {"url": api.url, **config}, saved, limits).run()


def by_offset(request: Received) -> Json:
    at = int(request.params.get("at", 0))
    return {"items": ITEMS[at : at + 2]}


def by_page(request: Received) -> Json:
    at = 2 * int(request.params["at"]) - 2
    return {"items": ITEMS[at : at + 2]}


def by_cursor(request: Received) -> Json:
    at = int(request.params.get("at", 0))
    return {"items": ITEMS[at : at + 2], "next": at + 2 if at < 4 else None}


def test_a_sample_tells_slices_pages_records_requests_and_answers(api: FakeApi) -> None:
    """The whole request tree: what was asked, what was answered, which token led on, and why it ended."""
    api.on("/items", by_cursor)

    sample = sampled(api, manifest(CURSOR))

    [slice_] = sample.slices
    assert [(page.number, page.token, page.following, page.extracted) for page in slice_.pages] == [
        (1, None, 2, 2),
        (2, 2, 4, 2),
        (3, 4, None, 2),
    ]
    assert [record["id"] for record in sample.records] == [1, 2, 3, 4, 5, 6]
    [exchange] = slice_.pages[1].exchanges
    assert (exchange.method, exchange.url, exchange.status) == ("GET", f"{api.url}/items?at=2", 200)
    assert (exchange.stream, exchange.purpose, exchange.answer_note) == ("items", "page", "")
    assert json.loads(exchange.answer or "")["items"] == ITEMS[2:4]
    assert exchange.answer_bytes == len(json.dumps(by_cursor(api.requests[1])))
    assert exchange.seconds > 0
    assert exchange.at > slice_.pages[0].exchanges[0].at
    assert (sample.reason, sample.error, sample.is_over) == ("all was read", None, True)


@pytest.mark.parametrize(
    ("paged", "answer", "why"),
    [
        pytest.param(OFFSET, {"items": ITEMS[:1]}, "the page is short: 1 of 2 records", id="short-page"),
        pytest.param(OFFSET, {"items": []}, "the page is empty", id="empty-page"),
        pytest.param(
            PAGE, {"items": ITEMS[:1]}, "the page is short: 1 of 2 records", id="short-page-by-number"
        ),
        pytest.param(
            PAGE.replace("page_size: 2, ", ""), {"items": []}, "the page is empty", id="empty-page-by-number"
        ),
        pytest.param(
            STOPPING, {"items": ITEMS, "next": 7, "last": True}, "`stop_condition` holds", id="stop-condition"
        ),
        pytest.param(CURSOR, {"items": ITEMS}, "`cursor_value` at manifest.yaml:18:", id="no-token"),
        pytest.param("", {"items": ITEMS}, "there is no paginator, so one page is all", id="no-paginator"),
        pytest.param(
            "{type: NoPagination}", {"items": ITEMS}, "there is no paginator, so one page is all", id="none"
        ),
    ],
)
def test_each_page_tells_why_none_comes_after_it(api: FakeApi, paged: str, answer: Json, why: str) -> None:
    """The paginator that ended the slice says why, in words, and the slice ends for that reason."""
    api.on("/items", answer)

    sample = sampled(api, manifest(paged))

    [slice_] = sample.slices
    assert slice_.pages[-1].why_last.startswith(why)
    assert slice_.reason == slice_.pages[-1].why_last
    assert sample.reason == "all was read"


LISTED = "partition_router: {type: ListPartitionRouter, cursor_field: part, values: [a, b, c]}"


@pytest.mark.parametrize(
    ("limits", "reason", "pages", "count"),
    [
        pytest.param(SampleLimits(pages=2), "the limit of 2 pages is reached", [2, 2, 2], 12, id="pages"),
        pytest.param(SampleLimits(slices=2), "the limit of 2 slices is reached", [3, 3], 12, id="slices"),
        pytest.param(
            SampleLimits(slices=1, pages=1),
            "the limit of 1 slices is reached",
            [1],
            2,
            id="slices-over-pages",
        ),
        pytest.param(SampleLimits(records=3), "the limit of 3 records is reached", [2], 3, id="in-a-page"),
        pytest.param(SampleLimits(records=4), "the limit of 4 records is reached", [2], 4, id="after-a-page"),
        pytest.param(SampleLimits(records=18), "all was read", [3, 3, 3], 18, id="exactly-all"),
    ],
)
def test_limits_end_a_sample_and_are_told(
    api: FakeApi, limits: SampleLimits, reason: str, pages: list[int], count: int
) -> None:
    """No request is sent that a limit makes needless."""
    api.on("/items", by_cursor)

    sample = sampled(api, manifest(CURSOR, retriever=LISTED), limits)

    assert sample.reason == reason
    assert [len(slice_.pages) for slice_ in sample.slices] == pages
    assert len(sample.records) == count
    assert len(api.requests) == sum(pages)


def test_pages_are_limited_where_each_takes_several_requests(api: FakeApi) -> None:
    """Chunks of properties are pages too: a stream that never ends by itself is ended."""
    api.on("/items", lambda request: {"items": ITEMS[:2], "next": int(request.params.get("at", 0)) + 1})
    text = manifest(CURSOR).replace(
        "type: HttpRequester,",
        "type: HttpRequester, query_properties: {type: QueryProperties, property_list: [id, name], "
        "property_chunking: {type: PropertyChunking, property_limit_type: property_count, property_limit: 1}},",
    )

    sample = sampled(api, text, SampleLimits(pages=3, seconds=10))

    assert sample.reason == "the limit of 3 pages is reached"
    assert len(api.requests) == 3


def test_the_time_ends_a_sample_while_an_answer_is_awaited(api: FakeApi) -> None:
    """Whoever waits for a sample does not wait longer than it may take."""
    held = Held({"items": ITEMS})
    api.on("/items", held)

    sample = sampled(api, manifest(), SampleLimits(seconds=0.3))

    assert sample.reason == "the time of 0.3 s is up"
    assert sample.slices[0].reason == "the time of 0.3 s is up"
    assert not held.is_sent
    held.let_go()


def test_an_answer_that_is_ignored_ends_its_slice(api: FakeApi) -> None:
    """The page says that the error handler did it, and with which status."""
    api.on("/items", Answer({"error": "gone"}, 404))
    handler = (
        "error_handler: {type: DefaultErrorHandler, "
        "response_filters: [{type: HttpResponseFilter, http_codes: [404], action: IGNORE}]}"
    )

    sample = sampled(api, manifest(CURSOR).replace("HttpRequester,", f"HttpRequester, {handler},"))

    assert sample.slices[0].reason == "the error handler ignores the answer (HTTP 404)"
    assert sample.reason == "all was read"


def test_pages_that_repeat_are_a_failure_that_says_so(api: FakeApi) -> None:
    """The guard against loops ends the slice; the pages read so far stay."""
    api.on("/items", {"items": ITEMS[:2], "next": 1})

    sample = sampled(api, manifest(CURSOR))

    assert sample.reason == sample.slices[0].reason == "failed"
    assert "pagination does not advance" in str(sample.error)
    assert "pagination does not advance" in str(sample.slices[0].error)
    assert len(sample.slices[0].pages) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(Answer({"error": "no"}, 401), "HTTP 401 Unauthorized", id="status"),
        pytest.param(Answer("<html>", 200, {"Content-Type": "text/html"}), "HTML", id="no-json"),
        pytest.param(Answer({"items": ITEMS}, truncate_at=10), "broke off", id="cut"),
    ],
)
def test_what_fails_is_told_and_what_was_sent_stays(api: FakeApi, answer: Answer, said: str) -> None:
    """The exchange of a page that failed is shown with its answer: that is what its author needs to see."""
    api.on("/items", answer)

    sample = sampled(api, manifest())

    assert sample.reason == "failed"
    assert said in str(sample.error)
    page = sample.slices[0].pages[0]
    assert not page.is_over
    assert page.exchanges[0].status == (None if answer.truncate_at else answer.status)


def test_parents_and_logins_are_told_apart_from_pages(api: FakeApi) -> None:
    """Pages hold the stream's own requests, `other` those of parents and logins, each with its purpose."""
    api.on("/login", {"access_token": "minted-token-1", "expires_in": 3600}, method="POST")
    api.on("/parents", {"items": [{"id": 7}]})
    api.on("/items/7", {"items": ITEMS[:1]})
    login = (
        "authenticator: {type: OAuthAuthenticator, token_refresh_endpoint: \"{{ config['url'] }}/login\", "
        "client_id: me, client_secret: \"{{ config['key'] }}\", grant_type: client_credentials}"
    )
    parent = (
        "partition_router: {type: SubstreamPartitionRouter, parent_stream_configs: [{type: ParentStreamConfig, "
        "parent_key: id, partition_field: parent, stream: {type: DeclarativeStream, name: parents, retriever: "
        "{type: SimpleRetriever, requester: {type: HttpRequester, url: \"{{ config['url'] }}/parents\"}, "
        "record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [items]}}}}}]}"
    )
    text = manifest(retriever=parent, path="/items/{{ stream_partition['parent'] }}").replace(
        "type: HttpRequester, url: \"{{ config['url'] }}/items",
        f"type: HttpRequester, {login}, url: \"{{{{ config['url'] }}}}/items",
    )

    sample = sampled(api, text, key="s3cret-key-of-the-client")

    assert [(each.purpose, each.stream, each.status) for each in sample.other] == [
        ("parent", "parents", 200),
        ("login", "", 200),
    ]
    assert [exchange.purpose for exchange in sample.slices[0].pages[0].exchanges] == ["page"]
    assert sample.slices[0].partition == {"parent": 7, "parent_slice": {}}
    assert "minted-token-1" not in repr(sample)
    assert "s3cret-key-of-the-client" not in repr(sample)


def test_back_off_is_told_and_not_waited(api: FakeApi) -> None:
    """Nobody sits through a minute that the API asks for: the wait is shown, and the next attempt made at once."""
    api.in_turn("/items", Answer({}, 429, {"Retry-After": "60"}), {"items": ITEMS})

    sample = sampled(api, manifest(), SampleLimits(seconds=30))

    assert sample.reason == "all was read"  # 60 s that are waited would end it
    assert [(wait.seconds, wait.is_skipped) for wait in sample.waits] == [(60, True)]
    assert [exchange.status for exchange in sample.slices[0].pages[0].exchanges] == [429, 200]
    assert len(sample.records) == 6
    assert any("trying again in 60 s" in line.text for line in sample.log)


def test_waits_for_a_budget_are_waited(api: FakeApi) -> None:
    """A limit that the manifest keeps by itself holds for its author too."""
    api.on("/items", by_cursor)
    budget = (
        "api_budget: {type: HTTPAPIBudget, policies: [{type: MovingWindowCallRatePolicy, "
        "rates: [{type: Rate, limit: 2, interval: PT1S}], matchers: []}]}\n"
    )
    started = time.monotonic()

    sample = sampled(api, manifest(CURSOR) + budget)

    assert time.monotonic() - started > 0.5
    assert [wait.is_skipped for wait in sample.waits] == [False]
    assert len(sample.records) == 6


def test_a_page_is_told_while_the_next_answer_is_on_its_way(api: FakeApi) -> None:
    """The first records are there, however slow the second page is."""
    held = Held({"items": []}, {"items": ITEMS[:2], "next": 2})
    api.on("/items", held)
    sampling = Sampling(parse_manifest(manifest(CURSOR)), "items", {"url": api.url})
    thread = threading.Thread(target=sampling.run, daemon=True)

    thread.start()
    assert held.asked.wait(ENOUGH_SECONDS)
    sample = sampling.snapshot()
    sampling.cancel()
    thread.join(ENOUGH_SECONDS)

    assert [record["id"] for record in sample.records] == [1, 2]
    assert sample.slices[0].pages[0].exchanges[0].answer is not None
    assert not sample.is_over
    assert not sample.slices[0].pages[1].is_over
    assert not thread.is_alive()
    assert not held.is_sent
    assert sampling.snapshot().reason == sampling.snapshot().slices[0].reason == "cancelled"
    held.let_go()


INCREMENTAL = (
    "incremental_sync: {type: DatetimeBasedCursor, cursor_field: at, datetime_format: '%Y-%m-%d', "
    "start_datetime: '2024-01-01', end_datetime: '2024-03-31', step: P1M, cursor_granularity: P1D, "
    "start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: from}}"
)
FILTERED = (
    "incremental_sync: {type: DatetimeBasedCursor, cursor_field: at, datetime_format: '%Y-%m-%d', "
    "start_datetime: '2024-01-01', end_datetime: '2024-03-31', is_client_side_incremental: true}"
)
DATED: list[dict[str, Any]] = [
    {"id": number, "at": f"2024-0{number}-15", "name": f"person {number}"} for number in (1, 2, 3)
]


def dated(request: Received) -> Json:
    month = request.params.get("from", "")[:7]
    return {"items": [record for record in DATED if record["at"].startswith(month)]}


@pytest.mark.parametrize(
    ("text", "handler", "saved"),
    [
        pytest.param(manifest(CURSOR), by_cursor, {}, id="pages"),
        pytest.param(manifest(stream=INCREMENTAL), dated, {}, id="windows"),
        pytest.param(manifest(stream=INCREMENTAL), dated, {"at": "2024-02-20"}, id="from-a-state"),
        pytest.param(manifest(stream=FILTERED), dated, {"at": "2024-02-10"}, id="client-side"),
        pytest.param(manifest(CURSOR, retriever=LISTED), by_cursor, {}, id="partitions"),
        pytest.param(manifest(CURSOR, retriever=LISTED, stream=INCREMENTAL), dated, {}, id="both"),
    ],
)
def test_records_requests_and_last_state_are_those_of_a_read(
    api: FakeApi, text: str, handler: Any, saved: Mapping[str, Json]
) -> None:
    """A sample that meets no limit is a read that somebody looks at."""
    api.on("/items", handler)
    whole = SampleLimits(100, 100, 1_000)

    read = run(text, {"url": api.url}, states={"items": saved}, concurrency=1)
    asked = api.paths()
    api.requests.clear()
    sample = sampled(api, text, whole, saved=saved)

    assert sample.records == read.records["items"]
    assert api.paths() == asked
    assert sample.states[-1] == read.states["items"][-1]
    assert sample.reason == "all was read"


def test_a_database_is_sampled_as_one_page_a_slice(
    api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are no requests, the records stand by themselves."""
    monkeypatch.setenv("PENSTOCK_MASKING_KEY", MASKING_KEY)
    source = canary_source(api, tmp_path)

    sample = Sampling(parse_manifest(source.manifest), "accounts", source.config).run()

    [slice_] = sample.slices
    assert [len(page.records) for page in slice_.pages] == [1]
    assert (slice_.reason, sample.reason) == ("all was read", "all was read")
    assert sightings(repr(sample).encode()) == []


@pytest.mark.parametrize("stream", ["people", "orders", "visits"])
@pytest.mark.parametrize("case", ["as-it-is", "echoed-error", "echoed-page"])
def test_no_snapshot_shows_a_secret_or_a_clear_masked_value(
    api: FakeApi, tmp_path: Path, stream: str, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in a URL, header, body, answer, log line, error, state, token or partition; in none of all snapshots."""
    monkeypatch.setenv("PENSTOCK_MASKING_KEY", MASKING_KEY)
    source = canary_source(api, tmp_path)
    if case != "as-it-is":
        api.on(
            f"/{stream}",
            echo(500 if case == "echoed-error" else 200),
            method="POST" if stream == "visits" else "GET",
        )
    seen: list[str] = []
    sampling = Sampling(
        parse_manifest(source.manifest),
        stream,
        source.config,
        changed=lambda: seen.append(repr(sampling.snapshot())),
    )

    sample = sampling.run()
    seen.append(repr(sample))

    assert len(seen) > 3
    assert sample.slices[0].pages[0].exchanges[0].answer
    masked_elsewhere = {*MASKED, "card"} if stream != "people" else set()
    for snapshot in seen:
        assert set(sightings(snapshot.encode())) <= masked_elsewhere - {"owner", "subject"}


def test_records_that_a_filter_or_a_limit_leaves_out_are_masked_in_the_answer(api: FakeApi) -> None:
    """Their clear values are in the answer all the same, and nobody masked them on the way."""
    people = [{"id": number, "name": f"canary-{core(str(number))}"} for number in range(4)]
    api.on("/items", {"items": people})
    masks = "transformations: [{type: MaskFields, fields: [name], mask: redact}]"
    filtered = manifest(stream=masks).replace(
        "RecordSelector,",
        'RecordSelector, record_filter: {type: RecordFilter, condition: "{{ record.id == 1 }}"},',
    )

    for text, limits in ((filtered, SampleLimits()), (manifest(stream=masks), SampleLimits(records=1))):
        sample = sampled(api, text, limits)

        assert len(sample.records) == 1
        assert "canary-" not in repr(sample)


XML = "<r><items><id>1</id><name>{}</name></items></r>"
MASKS = "transformations: [{type: MaskFields, fields: [name], mask: redact}]"


@pytest.mark.parametrize(
    ("decoder", "answer", "path"),
    [
        pytest.param("{type: XmlDecoder}", XML.format("canary-person"), "[r, items]", id="xml"),
        pytest.param("{type: CsvDecoder}", "id,name\n1,canary-person\n", "[]", id="csv"),
        pytest.param("{type: JsonlDecoder}", '{"id": 1, "name": "canary-person"}', "[]", id="json-lines"),
    ],
)
def test_answers_that_are_no_json_are_told_without_masked_values(
    api: FakeApi, decoder: str, answer: str, path: str
) -> None:
    """Text is shown as text; clear values are found in it wherever they stand."""
    api.on("/items", answer)
    text = manifest(retriever=f"decoder: {decoder}", stream=MASKS).replace(
        "field_path: [items]", f"field_path: {path}"
    )

    sample = sampled(api, text)

    [exchange] = sample.slices[0].pages[0].exchanges
    assert len(sample.records) == 1
    assert exchange.answer == answer.replace("canary-person", "****")
    assert "canary" not in repr(sample)


def test_an_answer_that_is_no_text_is_told_by_its_size(api: FakeApi) -> None:
    """Bytes that nobody can read are not shown, and may not hide anything."""
    api.on("/items", Answer(b"\xff\xfe\x00binary", 200, {"Content-Type": "application/pdf"}))

    sample = sampled(api, manifest())

    [exchange] = sample.slices[0].pages[0].exchanges
    assert (exchange.answer, exchange.answer_bytes, exchange.answer_note) == (None, 9, "it is no text")


def test_a_huge_answer_is_cut_and_says_so(api: FakeApi) -> None:
    """What is told of 50 MB is its beginning, with whole records; that is made once."""
    record = {"name": "canary-of-a-person", "text": "x" * 5_000}
    api.on("/items", {"items": [{"id": number, **record} for number in range(10_000)]})
    sampling = Sampling(
        parse_manifest(manifest(stream=MASKS)), "items", {"url": api.url}, None, SampleLimits(records=10)
    )

    sample = sampling.run()
    again = sampling.snapshot()

    [exchange] = sample.slices[0].pages[0].exchanges
    assert exchange.answer_bytes > 50_000_000
    assert len(exchange.answer or "") < MOST_TOLD_BYTES + 10_000
    assert exchange.answer_note == f"cut: the first 262,144 of {exchange.answer_bytes:,} bytes are shown"
    assert len(json.loads(exchange.answer or "")["items"]) > 40
    assert "canary" not in repr(sample)
    assert again.slices[0].pages[0].exchanges[0] is exchange


def test_masks_that_let_no_record_leave_are_told_by_their_number(api: FakeApi, tmp_path: Path) -> None:
    """A withheld record is counted, and nothing of it is shown anywhere."""
    api.on("/items", {"items": [{"id": 1, "name": "canary-person"}]})
    (tmp_path / "policy.yaml").write_text(
        "version: 1\nunclassified: drop\non_error: drop_record\nclasses: {public: {mask: {type: Keep}}, "
        "day: {mask: {type: Truncate, to: month}}}\nstreams: {items: {fields: {id: public, name: day}}}\n"
    )
    made = load_manifest(_written(tmp_path, manifest()), masking=tmp_path / "policy.yaml")

    sample = Sampling(made, "items", {"url": api.url}).run()

    [page] = sample.slices[0].pages
    assert (page.records, page.withheld, page.selected) == ((), 1, 1)
    assert "canary" not in repr(sample)


def _written(folder: Path, text: str) -> Path:
    path = folder / "manifest.yaml"
    path.write_text(text)
    return path


def test_snapshots_are_cheap_while_pages_come(api: FakeApi) -> None:
    """Who draws a screen several times a second asks for what is mostly known: that is told once."""
    page = [
        {
            "id": number,
            "name": f"Person Number {number}",
            "mail": f"p{number}@example.com",
            "note": "some words " * 5,
        }
        for number in range(200)
    ]
    api.on("/items", lambda request: {"items": page, "next": int(request.params.get("at", 0)) + 1})
    text = manifest(CURSOR, stream=MASKS, retriever=LISTED.replace("[a, b, c]", "[a, b, c, d, e]"))
    text = text.replace("extractor:", "record_filter: {type: RecordFilter, condition: 'true'}, extractor:")
    shown: list[Exchange] = []

    def changed() -> None:
        shown.extend(
            each for slice_ in sampling.snapshot().slices for page in slice_.pages for each in page.exchanges
        )

    limits = SampleLimits(5, 2, 10_000)
    sampling = Sampling(parse_manifest(text), "items", {"url": api.url}, None, limits, changed=changed)
    sampling.run()

    made = {id(exchange) for exchange in shown}
    assert len(shown) > 20 * len(api.requests)
    assert len(made) <= 4 * len(api.requests)  # while its answer is read, then, and once more at the end
