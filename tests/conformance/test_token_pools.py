from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

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
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url_base: URL/api/
        path: orders
        http_method: GET
        error_handler:
          type: DefaultErrorHandler
          response_filters: [{type: HttpResponseFilter, http_codes: [403], action: RATE_LIMITED}]
        authenticator:
          AUTHENTICATOR
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
      paginator:
        type: DefaultPaginator
        pagination_strategy: {type: PageIncrement}
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}
"""
POOL = """type: RateLimitedMultipleTokenAuthenticator
          tokens: "{{ config['tokens'] }}"
          SETTINGS
          quota_status_source:
            type: QuotaStatusSource
            url: URL/quota
            request_headers: {X-Account: "{{ config['account'] }}"}
            unavailable_status_codes: [404]
          quotas:
            - type: TokenQuota
              name: third
              remaining_path: [third, left]
              reset_path: [third, reset]
              matchers: [{type: HttpRequestRegexMatcher, params: {page: '3'}, weight: 3}]
            - type: TokenQuota
              name: core
              remaining_path: [core, left]
              reset_path: [core, reset]
              limit_path: [core, limit]
              remaining_header: X-Left
              reset_header: X-Reset
              limit_header: X-Limit
              exhaustion_status_codes: [403]"""
CONFIG = {"tokens": "a, b,,", "account": 7}


def status(core: int, third: int = 100, reset: int = 3600) -> Any:
    now = int(time.time())
    return {
        "core": {"left": core, "reset": now + reset, "limit": 100},
        "third": {"left": third, "reset": now + reset},
    }


class Pages:
    """Five pages; the second is answered otherwise, the first time that it is asked for in each run."""

    def __init__(self, api: FakeApi, second: Answer | None = None) -> None:
        self._api = api
        self._second = second

    def __call__(self, request: Received) -> object:
        page = request.params.get("page", "0")
        asked = [received for received in self._api.requests if received.params.get("page") == page]
        if page == "1" and self._second is not None and len(asked) == 1:
            return self._second
        return [{"id": page}] if int(page) < 4 else []


def headers(**values: object) -> dict[str, str]:
    return {f"X-{name}": str(value) for name, value in values.items()}


FAR = 4_000_000_000

NO_RESERVE = "budget_min_reserve: 0\n          budget_reserve_fraction: 0"


@pytest.mark.parametrize(
    ("settings", "quota", "second"),
    [
        pytest.param("", lambda token: status(100), None, id="enough for all"),
        pytest.param("", lambda token: status(2 if token == "a" else 100), None, id="one is used up"),
        pytest.param("auth_method: token", lambda token: status(100), None, id="another word"),
        pytest.param(
            "auth_method: ''\n          header: ''",
            lambda token: status(100),
            None,
            id="no word and no header",
        ),
        pytest.param("header: X-Token", lambda token: status(100), None, id="another header"),
        pytest.param("token_delimiter: ' '", lambda token: status(100), None, id="another delimiter"),
        pytest.param(NO_RESERVE, lambda token: status(9, 1 if token == "a" else 9), None, id="two quotas"),
        pytest.param(NO_RESERVE, lambda token: status(3, 3), None, id="all but used up"),
        pytest.param("", lambda token: Answer({}, 404), None, id="no counts"),
        pytest.param("", lambda token: Answer({}, 401), None, id="no answer"),
        pytest.param("", lambda token: {"core": {}}, None, id="no such path"),
        pytest.param("max_wait_time: PT1M", lambda token: status(0), None, id="a wait that is too long"),
        pytest.param("", lambda token: status(90), Answer([], headers=headers(Left=0)), id="an empty page"),
        pytest.param(
            "", lambda token: status(90), Answer([{"id": 1}], headers=headers(Left=0)), id="nothing is left"
        ),
        pytest.param(
            "",
            lambda token: status(90),
            Answer([{"id": 1}], headers=headers(Left=0, Reset=FAR)),
            id="nothing is left for long",
        ),
        pytest.param(
            "",
            lambda token: status(90),
            Answer([{"id": 1}], headers=headers(Left=0, Reset=5)),
            id="a window that is over",
        ),
        pytest.param("", lambda token: status(90), Answer({}, 403), id="refused: the other token takes over"),
        pytest.param(
            "",
            lambda token: status(90),
            Answer({}, 403, headers(Left=5)),
            id="refused, but something is left",
        ),
        pytest.param("", lambda token: status(90), Answer({}, 429), id="throttled"),
        pytest.param(
            "",
            lambda token: status(90 if token == "a" else 0),
            Answer({}, 429, headers(Left=5)),
            id="throttled, and no other token",
        ),
    ],
)
def test_tokens_take_over_alike(
    both: Both, api: FakeApi, settings: str, quota: Callable[[str], Any], second: Answer | None
) -> None:
    """The token of each request, by what the API says is left."""

    def ask(request: Received) -> Any:
        said = request.headers.get("authorization") or request.headers.get("x-token") or ""
        return quota(said.split()[-1])

    api.on("/quota", ask)
    api.on("/api/orders", Pages(api, second))
    manifest = MANIFEST.replace("AUTHENTICATOR", POOL).replace("SETTINGS", settings)

    theirs, ours = both.read(api, manifest, CONFIG, streams=["orders"])

    assert ours == theirs


LEGACY = """type: LegacySessionTokenAuthenticator
          header: X-Session
          login_url: session
          validate_session_url: current
          session_token_response_key: id
          session_token: "{{ config['token'] }}"
          username: "{{ config['user'] }}"
          password: "{{ config['password'] }}" """


@pytest.mark.parametrize(
    ("config", "valid", "login"),
    [
        pytest.param({"token": "given"}, 200, {}, id="a token that is good"),
        pytest.param({"token": "given"}, 401, {"id": "new"}, id="one that is not"),
        pytest.param({"token": "given"}, 500, {"id": "new"}, id="one of which nothing is known"),
        pytest.param({"token": ""}, 200, {"id": "new"}, id="none"),
        pytest.param({"token": "", "password": ""}, 200, {"id": "new"}, id="nothing at all"),
        pytest.param({"token": ""}, 200, {"x": 1}, id="a login without a token"),
        pytest.param({"token": ""}, 200, Answer({}, 403), id="a login that is refused"),
    ],
)
def test_sessions_begin_alike(
    both: Both, api: FakeApi, config: dict[str, Any], valid: int, login: Any, request: pytest.FixtureRequest
) -> None:
    """The token that is sent, and what fails; we try a token once, and not before each request."""
    api.on("/api/orders", Pages(api))
    api.on("/api/current", Answer({}, valid))
    api.on("/api/session", login, method="POST")
    config = {"user": request.node.name, "password": "p", **config}  # the oracle remembers sessions over runs

    theirs, ours = both.read(api, MANIFEST.replace("AUTHENTICATOR", LEGACY), config, streams=["orders"])

    def without_tries(requests: list[Any]) -> list[Any]:
        return [request for request in requests if request[1] != "/api/current"]

    assert without_tries(ours.requests) == without_tries(theirs.requests)
    assert (ours.records, ours.statuses) == (theirs.records, theirs.statuses)
    assert len(ours.requests) - len(without_tries(ours.requests)) <= 1
