from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from tests.conformance.differential import Both

from penstock.testing.fake_api import Answer, FakeApi
from penstock.testing.jobs import Script, offer_jobs, two_files

Json = Any

MANIFEST = """
version: 7.39.1
type: DeclarativeSource
check: {type: CheckStream, stream_names: [reports]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
max_concurrent_async_job_count: LIMIT
streams:
  - type: DeclarativeStream
    name: reports
    primary_key: id
    schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {}}}
    transformations: [{type: AddFields, fields: [{path: [slice], value: "{{ stream_slice }}"}]}]
    retriever:
      type: AsyncRetriever
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [ignored]}}
      status_mapping: {type: AsyncJobStatusMap, running: [running], completed: [done], failed: [failed], timeout: [slow], skipped: [none]}
      status_extractor: {type: DpathExtractor, field_path: [status]}
      download_target_extractor: {type: DpathExtractor, field_path: [urls]}
      creation_requester: {type: HttpRequester, url_base: URL, path: jobs, http_method: POST, request_body_json: {report: "{{ stream_partition['report'] }}{{ stream_interval['start_time'] }}"}}
      polling_requester: {type: HttpRequester, url_base: URL, path: "jobs/{{ creation_response['id'] }}", http_method: GET}
      download_requester: {type: HttpRequester, url_base: URL, path: "{{ download_target }}", http_method: GET}
      abort_requester: {type: HttpRequester, url_base: URL, path: "jobs/{{ creation_response['id'] }}/abort", http_method: POST}
      delete_requester: {type: HttpRequester, url_base: URL, path: "jobs/{{ creation_response['id'] }}/delete", http_method: POST}
"""
BY_REPORT = "partition_router: {type: ListPartitionRouter, values: [a, b, c], cursor_field: report}"
BY_DAY = """
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: day
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-01-04"
      step: P1D
      cursor_granularity: P1D
      start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
"""
DAYS = ["2024-01-01", "2024-01-02", "2024-01-03"]
DONE: list[Json] = [["running", "done"]]


def manifest(more: str = "", *, limit: int = 1, incremental: bool = False) -> str:
    """The manifest with more fields of the retriever."""
    text = MANIFEST.replace("LIMIT", str(limit)) + textwrap.indent(textwrap.dedent(more), "      ")
    return text.replace("    retriever:\n", BY_DAY + "    retriever:\n") if incremental else text


def a_record_of_the_day(report: str, number: int) -> Json:
    return [{"id": f"{report}{number}", "day": report[-10:]}]


def csv(report: str, number: int) -> Json:
    return Answer(
        f"id,name\n{report}{number},x\n{report}{number}2,NA\n", headers={"Content-Type": "text/csv"}
    )


def json_lines(report: str, number: int) -> Json:
    return Answer(f'{{"id":"{report}{number}"}}\n{{"id":"{report}{number}2"}}\n')


@pytest.mark.parametrize("limit", [1, 2, 10])
@pytest.mark.parametrize(
    "jobs",
    [
        pytest.param([["running", "running", "done"]], id="done in the end"),
        pytest.param([["running", "failed"], ["failed"], ["done"]], id="failed twice"),
        pytest.param([["failed"]], id="failed for good"),
        pytest.param([["slow"], ["done"]], id="too slow once"),
        pytest.param([["slow"]], id="too slow for good"),
        pytest.param([["running", "none"]], id="nothing to read"),
        pytest.param([["running", Answer({}, 500), Answer({}, 500), "done"]], id="polling falters"),
        pytest.param([Answer({}, 400), ["done"]], id="refused once"),
        pytest.param([Answer({}, 400)], id="refused for good"),
    ],
)
def test_jobs_end_alike(both: Both, api: FakeApi, jobs: list[Json], limit: int) -> None:
    """Requests, records and status, whatever becomes of a job, alone and among others."""
    offer_jobs(api, {"a": jobs, "b": [["done"]], "c": DONE})

    theirs, ours = both.read(api, manifest(BY_REPORT, limit=limit), streams=["reports"])

    assert ours == theirs
    assert len(ours.records["reports"]) >= 4


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"a": [Answer({}, 401)]}, id="creating"),
        pytest.param({"a": [["running", Answer({}, 401), "done"]]}, id="polling"),
    ],
)
def test_a_wrong_key_ends_a_stream_alike(both: Both, api: FakeApi, script: Script) -> None:
    """What the user must put right is not tried again, and no other job is created."""
    offer_jobs(api, {**script, "b": DONE, "c": DONE})

    theirs, ours = both.read(api, manifest(BY_REPORT), streams=["reports"])

    assert ours == theirs
    assert ours.failed


@pytest.mark.parametrize(
    ("more", "file"),
    [
        pytest.param("", two_files, id="json"),
        pytest.param("download_extractor: {type: ResponseToFileExtractor}", csv, id="csv file"),
        pytest.param("download_decoder: {type: CsvDecoder}", csv, id="csv"),
        pytest.param("download_decoder: {type: JsonlDecoder}", json_lines, id="json lines"),
        pytest.param("decoder: {type: JsonDecoder}", lambda r, n: Answer({}, 404), id="gone"),
        pytest.param(
            "download_extractor: {type: DpathExtractor, field_path: [rows]}",
            lambda r, n: {"rows": [{"id": r}, {"id": n}]},
            id="inside an object",
        ),
        pytest.param(
            """
            download_extractor: {type: DpathExtractor, field_path: [rows]}
            download_paginator:
              type: DefaultPaginator
              page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
              pagination_strategy: {type: PageIncrement, page_size: 2}
            """,
            lambda r, n: lambda asked: {"rows": [{"id": r}] * (1 if asked.params.get("page") == "2" else 2)},
            id="pages",
        ),
    ],
)
def test_downloads_are_read_alike(
    both: Both, api: FakeApi, more: str, file: Callable[[str, int], Json]
) -> None:
    """Decoders, extractors and pages of what a job made."""
    offer_jobs(api, {"a": [["done"]], "b": [["done"]], "c": DONE}, file)

    theirs, ours = both.read(api, manifest(f"{BY_REPORT}\n{textwrap.dedent(more)}"), streams=["reports"])

    assert ours == theirs


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("field_path: [urls]", "field_path: [none]"), id="no targets"),
        pytest.param(("/delete", "/nowhere"), id="deleting fails"),
        pytest.param(("/abort", "/nowhere"), id="aborting fails"),
        pytest.param(
            (
                "extractor: {type: DpathExtractor, field_path: [ignored]}",
                "extractor: {type: DpathExtractor, field_path: []}, "
                "record_filter: {type: RecordFilter, condition: \"{{ record.id == stream_partition.report ~ '1' }}\"}",
            ),
            id="a filter",
        ),
        pytest.param(
            (
                "      download_requester:",
                "      download_target_requester: {type: HttpRequester, url_base: URL, path: targets, http_method: GET,"
                ' request_parameters: {of: "{{ polling_response.urls[0] }}", slice: "{{ stream_slice }}"}}\n'
                "      polling_job_timeout: \"{{ config['minutes'] }}\"\n"
                "      failed_retry_wait_time_in_seconds: \"{{ config['seconds'] }}\"\n      download_requester:",
            ),
            id="targets of their own",
        ),
        pytest.param(
            (
                'path: "{{ download_target }}", http_method: GET',
                'path: "{{ download_target }}", http_method: GET, request_headers: {'
                "x-status: \"{{ polling_response['status'] }}\","
                "x-kind: \"{{ creation_response['headers']['content-type'] }}\","
                "x-sent: \"{{ creation_response.request.headers['content-type'] }}\","
                'x-method: "{{ creation_response.request.method }} {{ creation_response.request.body }}",'
                'x-names: "{{ creation_response.keys() | list }}"}',
            ),
            id="templates",
        ),
    ],
)
def test_requests_are_made_alike(both: Both, api: FakeApi, change: tuple[str, str]) -> None:
    """What templates read, and what optional requests do."""
    offer_jobs(api, {"a": [["slow"], ["failed"], ["done"]], "b": [["done"]], "c": DONE})
    api.on("/targets", lambda request: {"urls": [request.params["of"]]})

    theirs, ours = both.read(
        api, manifest(BY_REPORT).replace(*change), {"minutes": 5, "seconds": 1}, streams=["reports"]
    )

    assert ours == theirs


@pytest.mark.parametrize(
    ("script", "state"),
    [
        pytest.param({}, None, id="all read"),
        pytest.param({}, {"day": DAYS[1]}, id="all read from a state"),
        pytest.param({DAYS[1]: [["none"]]}, None, id="nothing in the middle"),
        pytest.param({DAYS[2]: [["none"]]}, {"day": DAYS[1]}, id="nothing at the end"),
        pytest.param({DAYS[1]: [["failed"]]}, None, id="a failure in the middle"),
        pytest.param({DAYS[2]: [["failed"]]}, {"day": DAYS[1]}, id="a failure at the end"),
    ],
)
def test_windows_and_their_state_are_alike(both: Both, api: FakeApi, script: Script, state: Json) -> None:
    """A window without a report stays before the state; the cursor puts nothing into requests."""
    offer_jobs(api, {**dict.fromkeys(DAYS, DONE), **script}, a_record_of_the_day)

    theirs, ours = both.read(
        api,
        manifest(incremental=True),
        streams=["reports"],
        states=None if state is None else {"reports": state},
        incremental=True,
    )

    assert ours == theirs


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({}, id="all read"),
        pytest.param({f"a{DAYS[2]}": [["none"]]}, id="nothing in a window"),
        pytest.param({f"a{day}": [["none"]] for day in DAYS}, id="nothing in a partition"),
        pytest.param({f"c{day}": [["none"]] for day in DAYS}, id="nothing in the last partition"),
        pytest.param({f"a{DAYS[1]}": [["failed"]]}, id="a failure in a window"),
    ],
)
def test_partitions_and_their_state_are_alike(both: Both, api: FakeApi, script: Script) -> None:
    """Each partition has its own state, whatever the order in which jobs end."""
    every = {f"{report}{day}": DONE for report in "abc" for day in DAYS}
    offer_jobs(api, {**every, **script}, a_record_of_the_day)

    theirs, ours = both.read(
        api, manifest(BY_REPORT, limit=3, incremental=True), streams=["reports"], incremental=True
    )

    assert ours == theirs
