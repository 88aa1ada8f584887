"""Classes on airbyte-cdk's bases that ask the API: credentials, pages, errors and requests, two or more of each."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.custom_code import CONFIG, RECORDS, code, manifest
from tests.conformance.differential import Both

from penstock.testing.fake_api import Answer, FakeApi

Json = Any

AUTHENTICATORS = code(
    """
    @dataclass
    class HeaderKey(DeclarativeAuthenticator):
        config: Mapping[str, Any]
        parameters: InitVar[Mapping[str, Any]]
        header: str = "X-Key"

        @property
        def auth_header(self) -> str:
            return self.header

        @property
        def token(self) -> str:
            return hashlib.sha256(self.config["key"].encode()).hexdigest()

    @dataclass
    class QueryKey(NoAuth):
        config: Mapping[str, Any]

        def get_request_params(self) -> Mapping[str, Any]:
            return {"signature": base64.b64encode(self.config["key"].encode()).decode()}

    @dataclass
    class UserOnly(BasicHttpAuthenticator):
        @property
        def token(self):
            return "Basic " + base64.b64encode(f"{self._username.eval(self.config)}:x".encode()).decode()

    class Signing(requests.auth.AuthBase):
        pass

    @dataclass
    class SignsAll(NoAuth):
        config: Mapping[str, Any]

        def __call__(self, request):
            request.headers["X-Signature"] = hashlib.sha256((request.path_url + self.config["key"]).encode()).hexdigest()
            return request

    @dataclass
    class Chosen(DeclarativeAuthenticator):
        config: Mapping[str, Any]
        api_token: ApiKeyAuthenticator
        fallback: DeclarativeAuthenticator

        def __new__(cls, api_token, fallback, config, *args, **kwargs):
            return api_token if config.get("key") else fallback
    """
)


@pytest.mark.parametrize(
    "authenticator",
    [
        pytest.param("{type: CustomAuthenticator, class_name: components.HeaderKey}", id="a header"),
        pytest.param(
            "{type: CustomAuthenticator, class_name: components.HeaderKey, header: X-Other}",
            id="a field of its own",
        ),
        pytest.param("{class_name: source_declarative_manifest.components.QueryKey}", id="a parameter"),
        pytest.param(
            "{class_name: components.UserOnly, username: \"{{ config['key'] }}\"}",
            id="on an authenticator of theirs",
        ),
        pytest.param(
            "{type: CustomAuthenticator, class_name: components.SignsAll}", id="signs the whole request"
        ),
        pytest.param(
            "{class_name: components.Chosen, "
            "api_token: {type: ApiKeyAuthenticator, api_token: t-12345678, header: X-Chosen}, "
            "fallback: {type: NoAuth}}",
            id="one of two components",
        ),
    ],
)
def test_authenticators(both: Both, api: FakeApi, authenticator: str) -> None:
    """The same credentials at the same place."""
    api.on("/orders", RECORDS)

    theirs, ours = both.read(
        api,
        manifest(MORE=f", request_parameters: {{a: b}}, authenticator: {authenticator}"),
        CONFIG,
        streams=["orders"],
        components=AUTHENTICATORS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 3


STRATEGIES = code(
    """
    @dataclass
    class Halves(PaginationStrategy):
        config: Mapping[str, Any]
        most: int = 3

        @property
        def initial_token(self):
            return 0

        def get_page_size(self):
            return 2

        def next_page_token(self, response, last_page_size, last_record, last_page_token_value):
            if last_page_size < 2 or last_page_token_value >= self.most:
                return None
            return (last_page_token_value or 0) + 1

    class FromRecord(PageIncrement):
        def next_page_token(self, response, last_page_size, last_record, last_page_token_value):
            token = super().next_page_token(response, last_page_size, last_record, last_page_token_value)
            return token if last_record and response.json()["more"] and last_record["id"] < 5 else None
    """
)


@pytest.mark.parametrize(
    "strategy",
    [
        pytest.param(
            "{type: CustomPaginationStrategy, class_name: components.Halves, most: 1}", id="on the base"
        ),
        pytest.param(
            "{class_name: components.FromRecord, page_size: 2, start_from_page: 1}", id="on PageIncrement"
        ),
    ],
)
def test_pagination_strategies(both: Both, api: FakeApi, strategy: str) -> None:
    """The same tokens, until the class says that there is no more."""

    def answer(request: Any) -> Json:
        page = int(dict(request.query).get("page", 1))
        return {"more": page < 4, "data": [{"id": 2 * page}, {"id": 2 * page + 1}]}

    api.on("/orders", answer)

    theirs, ours = both.read(
        api,
        manifest(
            EXTRACTOR="{type: DpathExtractor, field_path: [data]}",
            PAGINATOR="{type: DefaultPaginator, "
            "page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}, "
            "page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: size}, "
            f"pagination_strategy: {strategy}}}",
        ),
        streams=["orders"],
        components=STRATEGIES,
    )

    assert ours == theirs
    assert len(ours.requests) == 2


HANDLERS = code(
    """
    @dataclass
    class Forgiving(DefaultErrorHandler):
        def interpret_response(self, response_or_exception=None):
            if isinstance(response_or_exception, requests.Response) and response_or_exception.status_code == 403:
                return ErrorResolution(ResponseAction.IGNORE, FailureType.config_error, "no access")
            return super().interpret_response(response_or_exception)

    class Teapot(ErrorHandler):
        def __init__(self, config=None, parameters=None, **kwargs):
            self.asked = 0

        @property
        def max_retries(self):
            return 3

        @property
        def max_time(self):
            return 60

        def interpret_response(self, response):
            if isinstance(response, requests.Response) and response.ok:
                return ErrorResolution(ResponseAction.SUCCESS, None, None)
            self.asked += 1
            if self.asked == 1:
                return ErrorResolution(ResponseAction.RETRY, FailureType.transient_error, "once more")
            return ErrorResolution(ResponseAction.FAIL, FailureType.system_error, "enough")

    class Hundredth(BackoffStrategy):
        def __init__(self, *args, **kwargs):
            pass

        def backoff_time(self, response_or_exception, attempt_count):
            return 0.01

    @dataclass
    class FromBody(BackoffStrategy):
        config: Mapping[str, Any]
        key: str = "wait"

        def backoff_time(self, response_or_exception, attempt_count):
            return response_or_exception.json()[self.key]
    """
)


@pytest.mark.parametrize(
    ("handler", "status", "end", "sent"),
    [
        pytest.param(
            "{type: CustomErrorHandler, class_name: components.Forgiving}", 403, "COMPLETE", 1, id="ignores"
        ),
        pytest.param(
            "{class_name: components.Forgiving, max_retries: 0}",
            404,
            "INCOMPLETE",
            1,
            id="leaves the rest to its base",
        ),
        pytest.param("{class_name: components.Teapot}", 418, "INCOMPLETE", 2, id="retries, then fails"),
        pytest.param("{class_name: components.Teapot}", 200, "COMPLETE", 1, id="lets pass"),
        pytest.param(
            "{type: DefaultErrorHandler, max_retries: 1, "
            "backoff_strategies: [{type: CustomBackoffStrategy, class_name: components.Hundredth}]}",
            503,
            "INCOMPLETE",
            2,
            id="waits a fixed time",
        ),
        pytest.param(
            "{type: DefaultErrorHandler, max_retries: 1, backoff_strategies: "
            "[{class_name: components.FromBody, key: seconds}]}",
            500,
            "INCOMPLETE",
            2,
            id="waits as the body says",
        ),
    ],
)
def test_error_handlers_and_backoff(
    both: Both, api: FakeApi, handler: str, status: int, end: str, sent: int
) -> None:
    """The same number of requests, and the same end."""
    body: Json = RECORDS if status == 200 else {"seconds": 0.01}
    api.on("/orders", Answer(body, status))

    theirs, ours = both.read(
        api, manifest(MORE=f", error_handler: {handler}"), streams=["orders"], components=HANDLERS
    )

    assert ours == theirs
    assert ours.statuses["orders"] == end
    assert len(ours.requests) == sent


REQUESTERS = code(
    """
    @dataclass
    class Dated(HttpRequester):
        suffix: str = ""

        def get_request_headers(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {**super().get_request_headers(stream_state=stream_state, stream_slice=stream_slice,
                                                  next_page_token=next_page_token), "X-Suffix": self.suffix}

        def get_path(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            path = super().get_path(stream_state=stream_state, stream_slice=stream_slice, next_page_token=next_page_token)
            return f"{path}{self.suffix}"

    @dataclass
    class Query(HttpRequester):
        def get_request_body_json(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {"query": f"orders of {stream_slice['region']}", "after": (next_page_token or {}).get("next_page_token")}
    """
)


@pytest.mark.parametrize(
    ("requester", "path"),
    [
        pytest.param(
            "{type: CustomRequester, class_name: components.Dated, url_base: URL, path: 'orders/', http_method: GET, "
            "suffix: daily, request_parameters: {a: '{{ stream_partition.region }}'}, "
            "authenticator: {type: BearerAuthenticator, api_token: \"{{ config['key'] }}\"}}",
            "/orders/daily",
            id="its headers and path",
        ),
        pytest.param(
            "{class_name: components.Query, type: CustomRequester, url_base: URL, path: orders, http_method: POST}",
            "/orders",
            id="its body",
        ),
    ],
)
def test_requesters(both: Both, api: FakeApi, requester: str, path: str) -> None:
    """The same requests, with what paginator and router put in."""
    for method in ("GET", "POST"):
        api.on(path, [{"id": 1}, {"id": 2}], method)

    theirs, ours = both.read(
        api,
        manifest(
            REQUESTER=requester,
            RETRIEVAL="      partition_router: {type: ListPartitionRouter, cursor_field: region, "
            "values: \"{{ config['regions'] }}\", "
            "request_option: {type: RequestOption, inject_into: request_parameter, field_name: r}}",
            PAGINATOR="{type: DefaultPaginator, pagination_strategy: {type: OffsetIncrement, page_size: 3}, "
            "page_size_option: {type: RequestOption, inject_into: header, field_name: X-Size}}",
        ),
        CONFIG,
        streams=["orders"],
        components=REQUESTERS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 4
