from __future__ import annotations

from typing import Any

import pytest

from penstock.components.retrievers import RETRIEVER
from penstock.destinations.memory import MemoryDestination
from penstock.errors import ManifestError
from penstock.http.transport import Transport
from penstock.plan.compile import compile_source
from penstock.plan.manifest import parse_manifest
from penstock.sync.check import check
from penstock.testing.fake_api import Answer, FakeApi
from penstock.testing.fakes import Fakes, component, decoded, run
from penstock.testing.jobs import Script, offer_jobs

RETRIEVER_TEXT = """
type: AsyncRetriever
record_selector: {extractor: {field_path: [ignored]}}
status_mapping: {running: [running], completed: [done], failed: [failed], timeout: [slow], skipped: [none]}
status_extractor: {field_path: [status]}
creation_requester: {url: URL/jobs, http_method: POST, request_body_json: {report: "{{ stream_partition['report'] }}"}}
polling_requester: {url: "URL/jobs/{{ creation_response['id'] }}"}
download_target_extractor: {field_path: [urls]}
download_requester: {url: "URL/{{ download_target }}"}
partition_router: {type: ListPartitionRouter, values: REPORTS, cursor_field: report}
"""

MANIFEST = """
version: 7.39.1
type: DeclarativeSource
check: {type: CheckStream, stream_names: [reports]}
max_concurrent_async_job_count: "{{ config['jobs'] }}"
streams:
  - type: DeclarativeStream
    name: reports
    schema_loader: {type: InlineSchemaLoader, schema: {}}
    transformations: [{type: AddFields, fields: [{path: [of], value: "{{ stream_partition['report'] }}"}]}]
    retriever:
"""


def manifest(api: FakeApi, script: Script, more: str = "", retriever: str = RETRIEVER_TEXT) -> str:
    text = retriever.replace("REPORTS", str(list(script))) + more
    return (MANIFEST + "\n".join("      " + line for line in text.strip().splitlines())).replace(
        "URL", api.url
    )


def read(
    api: FakeApi, script: Script, more: str = "", retriever: str = RETRIEVER_TEXT, **config: Any
) -> MemoryDestination:
    """What comes of reading the reports of a script."""
    offer_jobs(api, script)
    return run(manifest(api, script, more, retriever), config, fakes=Fakes())


def ids(destination: MemoryDestination) -> list[str]:
    return sorted(record["id"] for record in destination.records["reports"])


def test_a_report_is_created_awaited_and_downloaded(api: FakeApi) -> None:
    """Every target is downloaded; the stream's transformations see the slice. Without a limit jobs run one by one."""
    read_ = read(api, {"a": [["running", "done"]], "b": [["done"]]})

    assert {"id": "a1", "of": "a"} in read_.records["reports"]
    assert ids(read_) == ["a1", "a2", "b1", "b2"]
    assert read_.complete["reports"]
    created = [i for i, path in enumerate(api.paths()) if path == "/jobs"]
    assert api.paths()[created[0] :][:3] == ["/jobs", "/jobs/a-1", "/jobs/a-1"]


def test_the_limit_comes_from_the_config(api: FakeApi) -> None:
    """So many jobs are created before the first is asked about."""
    read(api, {report: [["running", "done"]] for report in "abcd"}, jobs=3)

    assert api.paths()[:4] == ["/jobs", "/jobs", "/jobs", "/jobs/a-1"]


def test_a_job_that_fails_is_created_again(api: FakeApi) -> None:
    """Three times at most; other slices are read, and the stream is incomplete."""
    read_ = read(api, {"a": [["failed"], ["done"]], "b": [["failed"]], "c": [["done"]]})

    assert ids(read_) == ["a1", "a2", "c1", "c2"]
    assert api.paths().count("/jobs") == 2 + 3 + 1
    assert not read_.complete["reports"]
    assert [error.message for error in read_.errors["reports"]] == [
        "stream reports: a job failed 3 times: the API says that it failed"
    ]


def test_jobs_are_cleaned_up(api: FakeApi) -> None:
    """One that took too long is aborted, one that was read is deleted."""
    more = """
abort_requester: {url: "URL/jobs/{{ creation_response['id'] }}/abort", http_method: POST}
delete_requester: {url: "URL/jobs/{{ creation_response['id'] }}/delete", http_method: POST}
"""

    read(api, {"a": [["slow"], ["done"]]}, more)

    assert api.paths() == [
        *("/jobs", "/jobs/a-1", "/jobs/a-1/abort"),
        *("/jobs", "/jobs/a-2", "/files/a/1", "/files/a/2", "/jobs/a-2/delete"),
    ]


def test_there_is_one_download_without_targets(api: FakeApi) -> None:
    """Where the API has one file for each job, its URL follows from the job."""
    api.on("/files/a-1", [{"id": "a"}])
    text = RETRIEVER_TEXT.replace("download_target_extractor: {field_path: [urls]}\n", "")

    read_ = read(
        api,
        {"a": [["done"]]},
        retriever=text.replace("{{ download_target }}", "files/{{ creation_response['id'] }}"),
    )

    assert ids(read_) == ["a"]


def test_targets_may_take_a_request_of_their_own(api: FakeApi) -> None:
    """Its templates read the last polling answer, and its answer tells the targets."""
    api.on("/targets", {"urls": ["files/a/2"]})
    more = "download_target_requester: {url: URL/targets, request_parameters: {status: \"{{ polling_response['status'] }}\"}}"

    read_ = read(api, {"a": [["done"]]}, more)

    assert ids(read_) == ["a2"]
    assert "/targets?status=done" in api.paths()


def test_a_download_has_a_decoder_an_extractor_and_pages_of_its_own(api: FakeApi) -> None:
    """The record selector's extractor does not count."""
    api.in_turn("/pages", {"rows": [{"id": "first"}], "next": 1}, {"rows": [{"id": "second"}]})
    more = """
download_extractor: {type: DpathExtractor, field_path: [rows]}
download_decoder: {type: JsonDecoder}
download_paginator:
  type: DefaultPaginator
  page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
  pagination_strategy: {type: CursorPagination, cursor_value: "{{ response.get('next') }}"}
"""
    text = RETRIEVER_TEXT.replace("{{ download_target }}", "pages").replace("[urls]", "[status]")

    assert ids(read(api, {"a": [["done"]]}, more, text)) == ["first", "second"]
    assert "/pages?page=1" in api.paths()


def test_a_csv_report_is_read_as_it_comes(api: FakeApi) -> None:
    """A ResponseToFileExtractor takes the place of the decoder."""
    offer_jobs(
        api, {"a": [["done"]]}, lambda report, number: Answer(f"id,note\n{report}{number},NA\n".encode())
    )

    read_ = run(
        manifest(api, {"a": []}, "download_extractor: {type: ResponseToFileExtractor}"), {}, fakes=Fakes()
    )

    assert read_.records["reports"] == [
        {"id": "a1", "note": None, "of": "a"},
        {"id": "a2", "note": None, "of": "a"},
    ]


def test_templates_read_headers_and_request_of_an_answer(api: FakeApi) -> None:
    """In any spelling, unless the answer has fields of these names."""
    text = RETRIEVER_TEXT.replace(
        'download_requester: {url: "URL/{{ download_target }}"}',
        """download_requester:
  url: "URL/{{ download_target }}"
  request_headers:
    x-kind: "{{ creation_response.request.headers['content-type'] }}"
    x-url: "{{ creation_response['request']['url'] }}"
    x-answer: "{{ polling_response.headers['CONTENT-TYPE'] }}\"""",
    )

    read(api, {"a": [["done"]]}, retriever=text)

    headers = next(request.headers for request in api.requests if request.path == "/files/a/1")
    assert headers["x-kind"] == headers["x-answer"] == "application/json"
    assert headers["x-url"] == f"{api.url}/jobs"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(Answer([1]), "it cannot be created: stream reports: expected an object", id="a list"),
        pytest.param(Answer({}, 400), "it cannot be created: stream reports: HTTP 400", id="refused"),
    ],
)
def test_a_job_must_be_created(api: FakeApi, answer: Answer, reason: str) -> None:
    """What tells of a new job is an object."""
    read_ = read(api, {"a": [answer]})

    assert reason in read_.errors["reports"][0].message
    assert api.paths() == ["/jobs"] * 3


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("an unheard-of status", id="a word that means nothing"),
        pytest.param(None, id="no status at all"),
        pytest.param(Answer({}, 404), id="an error"),
    ],
)
def test_a_status_that_cannot_be_told_is_asked_for_again(api: FakeApi, told: Any) -> None:
    """Until the job's time is over; the value is not told, for it may be anything."""
    fakes = Fakes()
    offer_jobs(api, {"a": [[told, "running", "done"]]})

    read_ = run(manifest(api, {"a": []}), {}, fakes=fakes)

    assert ids(read_) == ["a1", "a2"]
    assert [line for line in fakes.logged if "cannot be told" in line]
    assert "unheard" not in " ".join(fakes.logged)


def test_the_manifest_says_how_long_to_wait(api: FakeApi) -> None:
    """For a job until it is given up, in minutes, and before one that failed is created again, in seconds."""
    fakes = Fakes()
    offer_jobs(api, {"a": [["running"], ["failed"], ["done"]]})
    more = "polling_job_timeout: \"{{ config['minutes'] }}\"\nfailed_retry_wait_time_in_seconds: 30"

    run(manifest(api, {"a": []}, more), {"minutes": 2}, fakes=fakes)

    assert sum(fakes.slept) == 2 * 60 + 30


def test_a_slice_that_was_not_gathered_is_read_too(api: FakeApi) -> None:
    """So that `check` runs one job, for the first slice, and no other."""
    offer_jobs(api, {"a": [["running", "done"]], "b": [["done"]]})
    transport = Transport()
    plan = compile_source(
        parse_manifest(manifest(api, {"a": [], "b": []})), Fakes().resources(send=transport)
    )
    result = check(plan)
    transport.close()

    assert result.succeeded
    assert api.paths() == ["/jobs", "/jobs/a-1", "/jobs/a-1", "/files/a/1"]


def test_a_request_for_targets_needs_an_extractor() -> None:
    """Without one its answer could not be read."""
    text = RETRIEVER_TEXT.replace("download_target_extractor: {field_path: [urls]}\n", "")

    with pytest.raises(ManifestError, match="needs a `download_target_extractor`"):
        component(
            text.replace("REPORTS", "[a]") + "download_target_requester: {url: https://api.example.com}",
            RETRIEVER,
        )


def test_the_names_of_jobs_are_known_to_requests() -> None:
    """A template that reads an answer of the job is no mistake."""
    _, problems = decoded(
        RETRIEVER_TEXT.replace("URL", "https://api.example.com").replace("REPORTS", "[a]"), RETRIEVER
    )

    assert not problems


def test_a_child_of_jobs_may_be_read_by_jobs(api: FakeApi) -> None:
    """With one slot each they do not wait for each other, and how a parent's job stands is never remembered."""
    children = {f"{report}{number}": [["running", "done"]] for report in "ab" for number in (1, 2)}
    offer_jobs(api, {"a": [["running", "running", "done"]], "b": [["done"]], **children})
    child = RETRIEVER_TEXT.replace("URL", api.url).strip().splitlines()[:-1]
    child.append(
        "partition_router: {type: SubstreamPartitionRouter, parent_stream_configs: "
        '[{stream: {$ref: "#/streams/0"}, parent_key: id, partition_field: report}]}'
    )
    head = """
  - type: DeclarativeStream
    name: lines
    schema_loader: {type: InlineSchemaLoader, schema: {}}
    retriever:
"""
    text = manifest(api, {"a": [], "b": []}) + head + "\n".join("      " + line for line in child)

    read_ = run(text, {}, fakes=Fakes(), concurrency=1)

    assert sorted(record["id"] for record in read_.records["lines"]) == [
        *("a11", "a12", "a21", "a22", "b11", "b12", "b21", "b22")
    ]
    assert read_.complete == {"reports": True, "lines": True}
