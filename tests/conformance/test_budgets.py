from __future__ import annotations

import time

import pytest
from tests.conformance.differential import Both, Result

from penstock.testing.fake_api import Answer, FakeApi, Received

MANIFEST = """
version: 7.0.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
concurrency_level: {type: ConcurrencyLevel, default_concurrency: 1}
api_budget: {type: HTTPAPIBudget, BUDGET}
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
        path: v1/orders/
        http_method: GET
        request_parameters: {a: '1'}
        request_headers: {X-Ab: q}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
      paginator:
        type: DefaultPaginator
        pagination_strategy: {type: PageIncrement}
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
"""
MOVING = (
    "policies: [{type: MovingWindowCallRatePolicy, rates: [{limit: LIMIT, interval: PT1S}], matchers: [%s]}]"
)
TWO = MOVING.replace("LIMIT", "2")
FREE = "{type: UnlimitedCallRatePolicy, matchers: [{method: GET}]}"
ALL = "{type: MovingWindowCallRatePolicy, rates: [{limit: 1, interval: PT1S}], matchers: []}"


class Orders:
    """Five pages, the last one empty, of which the first are `first`; notes when the requests of each run came."""

    def __init__(self, *first: Answer) -> None:
        self._first = first
        self._came: list[list[float]] = []

    def __call__(self, request: Received) -> object:
        page = int(request.params.get("page", 0))
        if page == 0:
            self._came.append([])
        self._came[-1].append(time.monotonic())
        if page < len(self._first):
            return self._first[page]
        return [{"id": page}] if page < 4 else []

    @property
    def seconds(self) -> list[int]:
        """The whole seconds that each run took."""
        return [round(came[-1] - came[0]) for came in self._came]


def read(both: Both, api: FakeApi, budget: str, orders: Orders) -> tuple[Result, Result]:
    """What both make of a budget."""
    api.on("/v1/orders/", orders)
    manifest = MANIFEST.replace("BUDGET", budget.replace("HOST", api.url))
    return both.read(api, manifest, {"two": 2}, streams=["orders"])


@pytest.mark.parametrize(
    ("budget", "seconds"),
    [
        pytest.param("policies: []", 0, id="no policy"),
        pytest.param(TWO % "", 2, id="two a second"),
        pytest.param(MOVING.replace("LIMIT", "\"{{ config['two'] }}\"") % "", 2, id="as the config says"),
        pytest.param(TWO % "{method: get}", 2, id="a method"),
        pytest.param(TWO % "{method: POST}", 0, id="another method"),
        pytest.param(TWO % "{url_base: HOST/}", 2, id="the host"),
        pytest.param(TWO % "{url_base: HOST/v1}", 0, id="more than the host"),
        pytest.param(TWO % "{url_base: \"{{ config['host'] }}\"}", 0, id="a template where there is none"),
        pytest.param(TWO % "{url_path_pattern: 'orders$'}", 2, id="a path"),
        pytest.param(TWO % "{url_path_pattern: 'orders/$'}", 0, id="a path with a slash at its end"),
        pytest.param(TWO % "{params: {a: 1}}", 2, id="a parameter"),
        pytest.param(TWO % "{params: {page: 1}}", 0, id="a parameter of one request"),
        pytest.param(TWO % "{headers: {x-ab: q}}", 2, id="a header"),
        pytest.param(TWO % "{weight: 2}", 4, id="heavy requests"),
        pytest.param(TWO % "{weight: \"{{ config['two'] }}\"}", 4, id="as heavy as the config says"),
        pytest.param(f"policies: [{FREE}, {ALL}]", 0, id="an exception first"),
        pytest.param(f"policies: [{ALL}, {FREE}]", 4, id="an exception that comes late"),
        pytest.param(
            "policies: [{type: FixedWindowCallRatePolicy, call_limit: 9, period: PT1S, matchers: []}]",
            0,
            id="a window that is large enough",
        ),
    ],
)
def test_requests_are_paced_alike(both: Both, api: FakeApi, budget: str, seconds: int) -> None:
    """Each policy and each criterion, by the seconds that five requests take."""
    orders = Orders()
    theirs, ours = read(both, api, budget, orders)

    assert ours == theirs
    assert orders.seconds == [seconds, seconds]


@pytest.mark.parametrize(
    ("budget", "first", "seconds"),
    [
        pytest.param(
            MOVING.replace("LIMIT", "9") % "",
            [Answer([{"id": 0}], headers={"ratelimit-remaining": "0"})],
            1,
            id="nothing is left",
        ),
        pytest.param(
            MOVING.replace("LIMIT", "9") % "",
            [Answer([{"id": 0}], headers={"ratelimit-remaining": "0", "ratelimit-reset": "4000000000"})],
            0,
            id="nothing is left for a long time",
        ),
        pytest.param(
            MOVING.replace("LIMIT", "9") % "",
            [Answer([{"id": 0}], headers={"ratelimit-remaining": "1"})],
            0,
            id="one is left",
        ),
        pytest.param(
            "ratelimit_remaining_header: X-Left, " + MOVING.replace("LIMIT", "9") % "",
            [Answer([{"id": 0}], headers={"x-left": "0"})],
            1,
            id="a header of another name",
        ),
    ],
)
def test_answers_are_heeded_alike(
    both: Both, api: FakeApi, budget: str, first: list[Answer], seconds: int
) -> None:
    """The API knows of calls that we do not."""
    orders = Orders(*first)
    theirs, ours = read(both, api, budget, orders)

    assert ours == theirs
    assert orders.seconds == [seconds, seconds]


@pytest.mark.parametrize(
    "budget",
    [
        pytest.param(TWO % "{weight: 3}", id="a request that never fits"),
        pytest.param(TWO % "{weight: 0}", id="a request that weighs nothing"),
        pytest.param(MOVING.replace("LIMIT", "0") % "", id="no calls at all"),
        pytest.param(TWO.replace("PT1S", "1s") % "", id="no duration"),
        pytest.param(TWO % "{url_path_pattern: '('}", id="no regular expression"),
        pytest.param(
            "policies: [{type: MovingWindowCallRatePolicy, rates: [], matchers: []}]", id="no rates"
        ),
    ],
)
def test_what_fails_there_fails_here(both: Both, api: FakeApi, budget: str) -> None:
    """Before anything is sent."""
    theirs, ours = read(both, api, budget, Orders())

    assert theirs.failed
    assert ours.failed
    assert theirs.requests == ours.requests == []
