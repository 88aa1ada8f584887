from __future__ import annotations

import pytest

from penstock.components.pagination import PAGINATION_RESET
from penstock.errors import ManifestError
from penstock.records.resets import ResetPolicy
from penstock.testing.fake_api import Answer, FakeApi, Received
from penstock.testing.fakes import built, run

MANIFEST = """
type: DeclarativeSource
version: 7.0.0
check: {type: CheckStream, stream_names: [orders]}
streams:
  - type: DeclarativeStream
    name: orders
    CURSOR
    retriever:
      requester:
        url: URL/orders
        error_handler: {response_filters: [{http_codes: [400], action: RESET_PAGINATION}]}
      record_selector: {extractor: {field_path: []}}
      paginator:
        type: DefaultPaginator
        pagination_strategy: {type: PageIncrement, page_size: 2}
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
      RESET
"""
CURSOR = """
      type: DatetimeBasedCursor
      cursor_field: day
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      end_datetime: "2024-01-31"
      start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: from}
"""


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        pytest.param("action: RESET", ResetPolicy(splits=False), id="start over"),
        pytest.param("action: SPLIT_USING_CURSOR", ResetPolicy(splits=True), id="go on from the cursor"),
        pytest.param("action: RESET, limits: {number_of_records: 5}", ResetPolicy(after=5), id="by itself"),
    ],
)
def test_a_reset_is_declared(text: str, policy: ResetPolicy) -> None:
    assert built(f"{{type: PaginationReset, {text}}}", PAGINATION_RESET) == policy


class Days:
    """Five orders, one a day, two a page, from the day asked for; refuses the requests of these numbers."""

    def __init__(self, *refused: int) -> None:
        self._refused = refused
        self._count = 0

    def __call__(self, request: Received) -> object:
        self._count += 1
        if self._count in self._refused:
            return Answer({}, 400)
        first = int(request.params.get("from", "01")[-2:]) + 2 * int(request.params.get("page", 0))
        return [{"id": n, "day": f"2024-01-{n:02}"} for n in range(first, min(first + 2, 6))]


def read(api: FakeApi, days: Days, reset: str = "", cursor: str = "") -> tuple[list[int], list[str], str]:
    """The ids of the records, the queries, in order, and the error, if there was one."""
    api.on("/orders", days)
    manifest = MANIFEST.replace("URL", api.url).replace("      RESET\n", f"      {reset}\n")
    destination = run(manifest.replace("    CURSOR\n", f"    incremental_sync:{cursor}" if cursor else ""))
    ids = [record["id"] for record in destination.records["orders"]]
    queries = [path.removeprefix("/orders").removeprefix("?") for path in api.paths()]
    return ids, queries, "".join(error.message for error in destination.errors["orders"])


def test_pages_start_over_where_the_api_wants_it(api: FakeApi) -> None:
    """Records that came before come again: nothing says where to go on."""
    ids, queries, _ = read(api, Days(3))

    assert ids == [1, 2, 3, 4, 1, 2, 3, 4, 5]
    assert queries == ["", "page=1", "page=2", "", "page=1", "page=2"]


def test_reading_goes_on_from_the_cursor(api: FakeApi) -> None:
    """The last record comes again, for there may be others of its moment."""
    ids, queries, _ = read(api, Days(3), "pagination_reset: {action: SPLIT_USING_CURSOR}", CURSOR)

    assert ids == [1, 2, 3, 4, 4, 5]
    assert queries[2:] == ["page=2&from=2024-01-01", "from=2024-01-04", "page=1&from=2024-01-04"]


def test_a_limit_resets_before_the_next_page_is_asked_for(api: FakeApi) -> None:
    """As often as it takes."""
    reset = "pagination_reset: {action: SPLIT_USING_CURSOR, limits: {number_of_records: 2}}"
    ids, queries, _ = read(api, Days(), reset, CURSOR)

    assert ids == [1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert queries == [f"from=2024-01-0{day}" for day in (1, 2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("refused", "reset", "cursor"),
    [
        pytest.param((2, 4), "", "", id="the same slice twice"),
        pytest.param((1,), "pagination_reset: {action: SPLIT_USING_CURSOR}", CURSOR, id="nothing seen"),
        pytest.param((2, 3), "pagination_reset: {action: SPLIT_USING_CURSOR}", CURSOR, id="nothing new seen"),
        pytest.param(
            (),
            "pagination_reset: {action: RESET, limits: {number_of_records: 2}}",
            "",
            id="a limit, each time",
        ),
    ],
)
def test_a_reset_that_leads_nowhere_is_an_error(
    api: FakeApi, refused: tuple[int, ...], reset: str, cursor: str
) -> None:
    """Rather than a loop."""
    _, _, error = read(api, Days(*refused), reset, cursor)

    assert error == "stream orders: pagination is reset again, and nothing new was read in between"


def test_a_limit_and_a_filter_do_not_go_together() -> None:
    """The filter would drop records that the API counts."""
    with pytest.raises(ManifestError, match="cannot count what a `record_filter` drops"):
        run(
            MANIFEST.replace("    CURSOR\n", "")
            .replace("{field_path: []}", "{field_path: []}, record_filter: {condition: '{{ true }}'}")
            .replace("RESET\n", "pagination_reset: {action: RESET, limits: {number_of_records: 2}}\n")
        )
