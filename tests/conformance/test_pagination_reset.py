from __future__ import annotations

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
CURSOR
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url_base: URL
        path: orders
        http_method: GET
        error_handler:
          type: DefaultErrorHandler
          response_filters: [{type: HttpResponseFilter, http_codes: [400], action: RESET_PAGINATION}]
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
      paginator:
        type: DefaultPaginator
        pagination_strategy: {type: PageIncrement, page_size: 2}
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
      RESET
"""
DATES = """
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: day
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-01-31"
      start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: from}
      end_time_option: {type: RequestOption, inject_into: request_parameter, field_name: to}
"""
STEPS = f"{DATES}      step: P5D\n      cursor_granularity: P1D\n"
COUNT = """
    incremental_sync:
      type: IncrementingCountCursor
      cursor_field: id
      start_value: 1
      start_value_option: {type: RequestOption, inject_into: request_parameter, field_name: from}
"""
RESET = "pagination_reset: {type: PaginationReset, action: RESET}"
SPLIT = "pagination_reset: {type: PaginationReset, action: SPLIT_USING_CURSOR}"
LIMIT = (
    "pagination_reset: {type: PaginationReset, action: %s, "
    "limits: {type: PaginationResetLimits, number_of_records: %d}}"
)
PARTITIONS = (
    "\n      partition_router: {type: ListPartitionRouter, values: [a, b], cursor_field: p, "
    "request_option: {type: RequestOption, inject_into: request_parameter, field_name: p}}"
)


class Days:
    """Nine orders, one a day, two a page, from the day asked for; refuses the requests of these numbers of each run."""

    def __init__(self, api: FakeApi, *refused: int) -> None:
        self._api = api
        self._refused = refused

    def __call__(self, request: Received) -> object:
        if len(self._api.requests) in self._refused:
            return Answer({}, 400)
        first = int(request.params.get("from", "1")[-2:]) + 2 * int(request.params.get("page", 0))
        return [{"id": n, "day": f"2024-01-{n:02}"} for n in range(first, min(first + 2, 10))]


@pytest.mark.parametrize(
    ("cursor", "reset", "refused"),
    [
        pytest.param("", "", (3,), id="nothing declared"),
        pytest.param("", "", (3, 5), id="nothing declared, twice"),
        pytest.param("", RESET, (3,), id="start over"),
        pytest.param(DATES, RESET, (3,), id="start over with a cursor"),
        pytest.param("", SPLIT, (3,), id="split without a cursor"),
        pytest.param(DATES, SPLIT, (3,), id="split"),
        pytest.param(DATES, SPLIT, (3, 5, 7), id="split again and again"),
        pytest.param(DATES, SPLIT, (1,), id="split where nothing is read"),
        pytest.param(DATES, SPLIT, (2, 3), id="split where nothing new is read"),
        pytest.param(DATES, SPLIT + PARTITIONS, (3,), id="split a partition"),
        pytest.param("", LIMIT % ("RESET", 4), (), id="a limit that starts over"),
        pytest.param(DATES, LIMIT % ("SPLIT_USING_CURSOR", 3), (), id="a limit inside a page"),
        pytest.param(DATES, LIMIT % ("SPLIT_USING_CURSOR", 4), (), id="a limit at a page's end"),
        pytest.param(DATES, LIMIT % ("SPLIT_USING_CURSOR", 9), (), id="a limit of all records"),
        pytest.param(DATES, LIMIT % ("SPLIT_USING_CURSOR", 10), (), id="a limit beyond them"),
        pytest.param(DATES, LIMIT % ("SPLIT_USING_CURSOR", 0), (), id="a limit of none"),
        pytest.param(DATES, LIMIT % ("SPLIT_USING_CURSOR", 4) + PARTITIONS, (), id="a limit of partitions"),
        pytest.param(STEPS, LIMIT % ("SPLIT_USING_CURSOR", 4), (), id="a limit in each window"),
        pytest.param(
            f"{DATES}      is_data_feed: true\n", LIMIT % ("SPLIT_USING_CURSOR", 4), (), id="a feed"
        ),
        pytest.param(
            f"{DATES}      is_client_side_incremental: true\n",
            LIMIT % ("SPLIT_USING_CURSOR", 4),
            (),
            id="a filter of ours",
        ),
        pytest.param(COUNT, SPLIT, (3,), id="split by a count"),
        pytest.param(COUNT, LIMIT % ("SPLIT_USING_CURSOR", 4), (), id="a limit and a count"),
    ],
)
def test_pages_begin_anew_alike(
    both: Both, api: FakeApi, cursor: str, reset: str, refused: tuple[int, ...]
) -> None:
    """Each action, asked for by the API or by a limit, over each cursor."""
    api.on("/orders", Days(api, *refused))
    manifest = MANIFEST.replace("CURSOR\n", cursor, 1).replace("      RESET\n", f"      {reset}\n")

    theirs, ours = both.read(api, manifest, streams=["orders"], incremental=bool(cursor))

    for result in (theirs, ours):  # how long the run took is part of the state
        for state in result.states.values():
            state.pop("lookback_window", None)
    assert ours == theirs
