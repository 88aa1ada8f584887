"""What a test read tells beyond its records: why it ended, what it suggests, what the next sync asks, what led to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.authoring import HttpRequest, HttpResponse, Planned, Redactor, Sample, parse_manifest, read_text
from penstock.testing.fake_api import Answer, FakeApi
from penstock_builder.testing.chain import chain
from penstock_builder.testing.endings import advice, ending
from penstock_builder.testing.next_run import differs, next_requests
from penstock_builder.testing.proposals import CursorPlan, cursor_of, cursor_plan, paginators
from penstock_builder.testing.recording import recording_of
from penstock_builder.testing.remembered import Answers
from penstock_builder.testing.replaying import recordings_of, replaying
from penstock_builder.testing.sample import TestRead
from penstock_builder.testing.schema_seen import all_accepted, seen_schema
from penstock_builder.testing.suite import file_for, save

PAGES = """
      paginator:
        type: DefaultPaginator
        page_token_option: { type: RequestOption, inject_into: request_parameter, field_name: page }
        pagination_strategy: { type: PageIncrement, page_size: 2, start_from_page: 1 }"""
MANIFEST = f"""\
version: "6.0.0"
type: DeclarativeSource
check: {{ type: CheckStream, stream_names: [people] }}
streams:
  - type: DeclarativeStream
    name: people
    retriever: &retriever
      type: SimpleRetriever
      requester: {{ type: HttpRequester, url: "{{{{ config['url'] }}}}/people" }}
      record_selector: {{ type: RecordSelector, extractor: {{ type: DpathExtractor, field_path: [data] }} }}{PAGES}
    transformations: [{{ type: MaskFields, fields: [name, age], mask: redact }}]
  - type: DeclarativeStream
    name: pets
    retriever:
      <<: *retriever
      requester: {{ type: HttpRequester, url: "{{{{ config['url'] }}}}/people/{{{{ stream_partition['of'] }}}}/pets" }}
      paginator: {{ type: NoPagination }}
      partition_router:
        type: SubstreamPartitionRouter
        parent_stream_configs:
          - {{ type: ParentStreamConfig, stream: {{ $ref: "#/streams/0" }}, parent_key: id, partition_field: of }}
"""
PEOPLE = [{"id": number, "name": f"Ada {number}", "age": 30 + number} for number in (1, 2, 3)]


def people(request: object) -> dict[str, object]:
    page = int(request.params.get("page", "1"))  # type: ignore[attr-defined]  # what the fake gives
    return {"data": PEOPLE[2 * page - 2 : 2 * page]}


INCREMENTAL = """
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: born
      datetime_format: "%Y"
      start_datetime: "1900"
      start_time_option: { type: RequestOption, inject_into: request_parameter, field_name: since }
    transformations:"""


def read(api: FakeApi, stream: str = "people", text: str = MANIFEST) -> TestRead:
    made = TestRead(parse_manifest(text), stream, {"url": api.url}).start()
    made.wait(10)
    return made


def endings(sample: Sample) -> list[tuple[str, str]]:
    found = [ending(slice_, page) for slice_ in sample.slices for page in slice_.pages]
    return [(each.kind, each.told) for each in found]


def test_a_page_tells_why_it_was_the_last(api: FakeApi) -> None:
    """The paginator's reason; of the pages before that another follows."""
    api.on("/people", people)

    sample = read(api).snapshot()

    assert endings(sample) == [
        ("goes on", "another page follows"),
        ("last", "the page is short: 1 of 2 records"),
    ]
    assert sample.slices[0].pages[0].token_path.startswith("the page number")


def test_a_page_that_would_be_read_for_ever_names_the_setting(api: FakeApi) -> None:
    """The loop guard's words, and where the token comes from."""
    api.on("/people", lambda request: {"data": PEOPLE[:2]})

    slice_ = read(api).snapshot().slices[0]

    found = ending(slice_, slice_.pages[-1])
    assert (found.kind, found.told) == ("loop", "three pages in a row hold the same records")
    assert "the page number to request_parameter page" in found.hint


@pytest.mark.parametrize(
    ("status", "words", "view"),
    [(401, "who asks", "inputs"), (403, "refuses", "inputs"), (404, "path of the stream", "")],
)
def test_a_failure_has_a_next_step(api: FakeApi, status: int, words: str, view: str) -> None:
    """By the last answer that came."""
    api.on("/people", lambda request: Answer({}, status))

    found = advice(read(api).snapshot())

    assert found is not None
    assert words in found.told
    assert found.view == view


def test_a_read_that_went_well_needs_no_advice(api: FakeApi) -> None:
    """No error, no advice."""
    api.on("/people", people)

    assert advice(read(api).snapshot()) is None


def test_the_schema_seen_is_that_of_before_masks(api: FakeApi) -> None:
    """A number that leaves as text is declared as a number; the example of a conflict is masked."""
    api.on("/people", people)
    made = read(api)
    seen = seen_schema(made.sampling, made.snapshot())
    text, number = {"type": "string"}, {"type": "integer"}

    right = {"type": "object", "properties": {"id": number, "name": text, "age": number}}
    wrong = {"type": "object", "properties": {"id": number, "name": text, "age": text}}
    changes = seen.changes(wrong)

    assert seen.changes(right) == []
    assert [(change.path, change.kind) for change in changes] == [("age", "type")]
    assert seen.example(changes[0]) == "number of 2 digits, leaves as ***"
    assert all_accepted(wrong, changes)["properties"]["age"] == number


def test_pages_speak_for_a_paginator(api: FakeApi) -> None:
    """By what the second request sent."""
    api.on("/people", people)

    found = paginators(read(api).snapshot(), ["data"])

    assert found[0].value["pagination_strategy"]["type"] == "PageIncrement"
    assert found[0].evidence


def test_a_cursor_is_planned_from_records_and_request() -> None:
    """Format from the values, parameters from the names in the address."""
    records = [{"updated_at": "2026-01-01T00:00:00Z"}, {"updated_at": "2026-01-02T00:00:00Z"}]

    plan = cursor_plan(records, "https://api.test/people?updated_since=1&updated_until=2", "updated_at")

    made = cursor_of(plan)
    assert made["datetime_format"] == "%Y-%m-%dT%H:%M:%SZ"
    assert made["start_time_option"]["field_name"] == "updated_since"
    assert made["end_time_option"]["field_name"] == "updated_until"
    assert "2026-01-0" not in plan.evidence


def test_an_expression_is_kept_as_the_start_of_a_cursor() -> None:
    """A moment becomes a MinMaxDatetime, an expression stays."""
    assert (
        cursor_of(CursorPlan("at", start="{{ config['since'] }}"))["start_datetime"]
        == "{{ config['since'] }}"
    )
    assert cursor_of(CursorPlan("at"))["start_datetime"]["type"] == "MinMaxDatetime"


def test_a_planned_request_is_told_by_what_differs(api: FakeApi) -> None:
    """Parameters that are new, and those that are gone."""
    api.on("/people", people)
    sample = read(api).snapshot()

    def told(query: str, path: str = "/people") -> str:
        return differs(Planned("GET", f"{api.url}{path}{query}", {}, "", {}), sample)

    assert told("") == "the same as in this test"
    assert told("?since=2026") == "since = 2026"
    assert told("", "/other") == "not asked in this test"


def test_the_chain_leads_from_parents_to_the_page(api: FakeApi) -> None:
    """Parents first, then the slice, then its pages, each deeper than what it is made of."""
    api.on("/people", people)
    for number in (1, 2, 3):
        api.on(f"/people/{number}/pets", lambda request: {"data": []})
    sample = read(api, "pets").snapshot()

    steps = chain(sample, 2, 1)

    assert [step.what for step in steps] == ["parent people", "slice 2", "page 1"]
    assert [step.depth for step in steps] == [0, 1, 2]
    assert steps[1].told == "of = 2"
    assert steps[2].request == "GET /people/2/pets"


def test_a_remembered_answer_is_not_asked_for_again() -> None:
    """In their order, and in each run from the first; what is new is asked."""
    asked: list[str] = []

    def network(request: HttpRequest) -> HttpResponse:
        asked.append(request.url)
        return HttpResponse(200, {}, str(len(asked)).encode())

    answers = Answers()
    one, other = HttpRequest("GET", "https://api.test/a"), HttpRequest("GET", "https://api.test/b")

    first = [answers.around(network)(one).body]
    send = answers.around(network)
    second = [send(one).body, send(one).body, send(other).body]

    assert first == [b"1"]
    assert second == [b"1", b"2", b"3"]
    assert len(asked) == 3


def test_a_recording_is_read_again_without_the_api(api: FakeApi, tmp_path: Path) -> None:
    """It lies beside the manifest; its replay sends nothing."""
    api.on("/people", people)
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(MANIFEST)
    save(recording_of(read(api).sampling), file_for(manifest, "people", "two pages"))
    asked = len(api.requests)

    found = recordings_of(manifest, "people")
    sample = replaying(parse_manifest(MANIFEST), next(iter(found.values()))).start().wait(10)

    assert recordings_of(manifest, "pets") == {}
    assert (sample.reason, len(sample.records)) == ("all was read", 3)
    assert len(api.requests) == asked


@pytest.mark.parametrize("is_masked", [True, False])
def test_a_masked_cursor_is_in_no_request_of_the_next_sync(api: FakeApi, is_masked: bool) -> None:
    """It is stars in the state; what it makes of the requests would tell it."""
    api.on("/people", {"data": [{"id": 1, "name": "Ada", "born": "1974"}]})
    text = MANIFEST.replace("\n    transformations:", INCREMENTAL, 1)
    masked = text.replace("fields: [name, age]", "fields: [name, born]") if is_masked else text
    made = read(api, text=masked)
    redactor = Redactor()

    found = next_requests(read_text(masked), made.sampling, made.snapshot(), {"url": api.url}, redactor)

    told = [
        " ".join((one.url, one.body, *one.headers.values(), *one.slice.values())) for one in found.requests
    ]
    assert len(told) == 1
    assert ("1974" in told[0]) != is_masked
    assert "since=" in told[0]
