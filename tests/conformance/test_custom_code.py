"""Classes written on airbyte-cdk's bases, of every kind that it takes: two or more each, under both runtimes."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from tests.conformance.differential import Both

from penstock.testing.fake_api import Answer, FakeApi

Json = Any

IMPORTS = """
import base64
import csv
import hashlib
import io
import json
from dataclasses import InitVar, dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

import requests

from airbyte_cdk.models import FailureType
from airbyte_cdk.sources.declarative.auth.declarative_authenticator import DeclarativeAuthenticator, NoAuth
from airbyte_cdk.sources.declarative.auth.token import ApiKeyAuthenticator, BasicHttpAuthenticator
from airbyte_cdk.sources.declarative.decoders.decoder import Decoder
from airbyte_cdk.sources.declarative.decoders.json_decoder import JsonDecoder
from airbyte_cdk.sources.declarative.extractors.dpath_extractor import DpathExtractor
from airbyte_cdk.sources.declarative.extractors.record_extractor import RecordExtractor
from airbyte_cdk.sources.declarative.extractors.record_filter import RecordFilter
from airbyte_cdk.sources.declarative.interpolation.interpolated_string import InterpolatedString
from airbyte_cdk.sources.declarative.migrations.state_migration import StateMigration
from airbyte_cdk.sources.declarative.partition_routers.list_partition_router import ListPartitionRouter
from airbyte_cdk.sources.declarative.partition_routers.partition_router import PartitionRouter
from airbyte_cdk.sources.declarative.partition_routers.substream_partition_router import SubstreamPartitionRouter
from airbyte_cdk.sources.declarative.requesters.error_handlers.backoff_strategy import BackoffStrategy
from airbyte_cdk.sources.declarative.requesters.error_handlers.default_error_handler import DefaultErrorHandler
from airbyte_cdk.sources.declarative.requesters.error_handlers.error_handler import ErrorHandler
from airbyte_cdk.sources.declarative.requesters.http_requester import HttpRequester
from airbyte_cdk.sources.declarative.requesters.paginators.strategies.page_increment import PageIncrement
from airbyte_cdk.sources.declarative.requesters.paginators.strategies.pagination_strategy import PaginationStrategy
from airbyte_cdk.sources.declarative.requesters.requester import Requester
from airbyte_cdk.sources.declarative.retrievers.retriever import Retriever
from airbyte_cdk.sources.declarative.retrievers.simple_retriever import SimpleRetriever
from airbyte_cdk.sources.declarative.schema.json_file_schema_loader import JsonFileSchemaLoader
from airbyte_cdk.sources.declarative.schema.schema_loader import SchemaLoader
from airbyte_cdk.sources.declarative.transformations.transformation import RecordTransformation
from airbyte_cdk.sources.streams.http.error_handlers.response_models import ErrorResolution, ResponseAction
from airbyte_cdk.sources.types import Record, StreamSlice
from airbyte_cdk.sources.utils.transform import TransformConfig, TypeTransformer
"""

MANIFEST = """
version: 6.44.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
streams:
  - type: DeclarativeStream
    name: orders
    primary_key: id
    schema_loader: SCHEMA
    transformations: [TRANSFORMATIONS]
    retriever:
      type: SimpleRetriever
      requester: REQUESTER
      record_selector:
        type: RecordSelector
        extractor: EXTRACTOR
SELECTION
      paginator: PAGINATOR
RETRIEVAL
"""
REQUESTER = "{type: HttpRequester, url_base: URL, path: orders, http_method: GETMORE}"
PARTS = {
    "SCHEMA": "{type: InlineSchemaLoader, schema: {type: object, properties: {}}}",
    "TRANSFORMATIONS": "",
    "EXTRACTOR": "{type: DpathExtractor, field_path: []}",
    "SELECTION": "",
    "PAGINATOR": "{type: NoPagination}",
    "RETRIEVAL": "",
}
RECORDS = [
    {"id": 1, "name": "Ada Lovelace", "total": "1,5", "tags": ["a", "b"]},
    {"id": 2, "name": "Blaise Pascal", "total": "2", "tags": []},
    {"id": 3, "name": "Carl", "total": None, "tags": ["c"]},
]
CONFIG = {"key": "k-1234567", "regions": ["north", "south"]}


def manifest(**parts: str) -> str:
    """The manifest with some parts replaced; `MORE` is appended to the usual requester."""
    requester = parts.pop("REQUESTER", REQUESTER.replace("MORE", parts.pop("MORE", "")))
    text = MANIFEST.replace("REQUESTER", requester)
    for name, usual in PARTS.items():
        text = text.replace(name, parts.get(name, usual))
    return text


def code(text: str) -> str:
    return IMPORTS + textwrap.dedent(text)


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


EXTRACTORS = code(
    """
    @dataclass
    class Columns(RecordExtractor):
        def extract_records(self, response: requests.Response) -> Iterable[Mapping[str, Any]]:
            body = response.json()
            for row in body["rows"]:
                yield dict(zip(body["columns"], row))

    @dataclass
    class Flat(DpathExtractor):
        key: str = ""

        def extract_records(self, response):
            for record in super().extract_records(response):
                for item in record[self.key]:
                    yield {**item, "of": record["id"], "status": response.status_code, "type": response.headers["content-type"]}

    @dataclass
    class Text(RecordExtractor):
        config: Mapping[str, Any]
        parameters: InitVar[Mapping[str, Any]]

        def __post_init__(self, parameters):
            self.stamp = parameters.get("stamp")

        def extract_records(self, response):
            return [{"id": number, "line": line, "stamp": self.stamp, "k": self.config["key"]}
                    for number, line in enumerate(response.text.splitlines())]
    """
)


@pytest.mark.parametrize(
    ("extractor", "body", "count"),
    [
        pytest.param(
            "{type: CustomRecordExtractor, class_name: components.Columns}",
            {"columns": ["id", "b"], "rows": [[1, 2], [3, None]]},
            2,
            id="on the base",
        ),
        pytest.param(
            "{class_name: components.Flat, field_path: [data, '*'], key: items}",
            {"data": [{"id": 7, "items": [{"a": 1}, {"a": 2}]}, {"id": 8, "items": []}]},
            2,
            id="on DpathExtractor, with a field of its own",
        ),
        pytest.param(
            "{class_name: components.Text, $parameters: {stamp: s1}}",
            b"one\ntwo\nthree",
            3,
            id="of a body that is no JSON",
        ),
    ],
)
def test_extractors(both: Both, api: FakeApi, extractor: str, body: Json, count: int) -> None:
    """An extractor reads the answer by itself."""
    api.on("/orders", body)

    theirs, ours = both.read(
        api, manifest(EXTRACTOR=extractor), CONFIG, streams=["orders"], components=EXTRACTORS
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == count


FILTERS = code(
    """
    @dataclass
    class Long(RecordFilter):
        least: int = 5

        def filter_records(self, records, stream_state, stream_slice=None, next_page_token=None):
            for record in records:
                if len(record["name"]) >= self.least:
                    yield record

    class Last(RecordFilter):
        def filter_records(self, records, stream_state, stream_slice=None, next_page_token=None):
            return list(records)[-1:]

    class Both(RecordFilter):
        def filter_records(self, records, stream_state, stream_slice=None, next_page_token=None):
            kept = super().filter_records(records, stream_state, stream_slice, next_page_token)
            return [record for record in kept if record["tags"]]
    """
)


@pytest.mark.parametrize(
    ("record_filter", "ids"),
    [
        pytest.param("{type: CustomRecordFilter, class_name: components.Long}", [1, 2], id="one by one"),
        pytest.param("{type: CustomRecordFilter, class_name: components.Last}", [3], id="all together"),
        pytest.param(
            "{type: CustomRecordFilter, class_name: components.Both, condition: \"{{ record['id'] > 1 }}\"}",
            [3],
            id="on the condition",
        ),
    ],
)
def test_record_filters(both: Both, api: FakeApi, record_filter: str, ids: list[int]) -> None:
    """The records that a filter picks of a page; the transformation sees what is left."""
    api.on("/orders", RECORDS)

    theirs, ours = both.read(
        api,
        manifest(
            SELECTION=f"        record_filter: {record_filter}",
            TRANSFORMATIONS="{type: AddFields, fields: [{path: [twice], value: \"{{ record['id'] * 2 }}\"}]}",
        ),
        streams=["orders"],
        components=FILTERS,
    )

    assert ours == theirs
    assert [record["id"] for record in ours.records["orders"]] == ids


TRANSFORMATIONS = code(
    """
    @dataclass
    class Initials(RecordTransformation):
        to: str = "initials"
        config: Optional[Mapping[str, Any]] = None

        def transform(self, record, config=None, stream_state=None, stream_slice=None):
            record[self.to] = "".join(word[0] for word in record["name"].split())
            record["key"] = config["key"]
            record["slice"] = dict(stream_slice or {})

    class Drops(RecordTransformation):
        def transform(self, record, config=None, stream_state=None, stream_slice=None):
            for name in [name for name, value in record.items() if not value]:
                del record[name]
    """
)


@pytest.mark.parametrize(
    "transformations",
    [
        pytest.param("{type: CustomTransformation, class_name: components.Initials, to: i}", id="adds"),
        pytest.param("{type: CustomTransformation, class_name: components.Drops}", id="removes"),
        pytest.param(
            "{type: CustomTransformation, class_name: components.Drops}, {type: KeysToLower}, "
            "{class_name: components.Initials}",
            id="between others",
        ),
    ],
)
def test_transformations(both: Both, api: FakeApi, transformations: str) -> None:
    """A record is changed in place; config and slice are there."""
    api.on("/orders", RECORDS)

    theirs, ours = both.read(
        api,
        manifest(
            TRANSFORMATIONS=transformations,
            RETRIEVAL="      partition_router: {type: ListPartitionRouter, values: [a], cursor_field: letter}",
        ),
        CONFIG,
        streams=["orders"],
        components=TRANSFORMATIONS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 3


NORMALIZATIONS = code(
    """
    class Commas(TypeTransformer):
        def __init__(self, *args, **kwargs):
            super().__init__(TransformConfig.CustomSchemaNormalization)
            self.registerCustomTransform(self.number)

        @staticmethod
        def number(value, schema):
            if schema.get("type") == "number" and isinstance(value, str):
                return float(value.replace(",", "."))
            return value

    class Upper(TypeTransformer):
        def __init__(self, *args, **kwargs):
            super().__init__(TransformConfig.DefaultSchemaNormalization | TransformConfig.CustomSchemaNormalization)
            self.registerCustomTransform(lambda value, schema: value.upper() if schema.get("shout") else value)
    """
)


@pytest.mark.parametrize("name", ["Commas", "Upper"])
def test_schema_normalizations(both: Both, api: FakeApi, name: str) -> None:
    """A TypeTransformer casts by the schema."""
    api.on("/orders", RECORDS[:2])
    schema = "{type: object, properties: {id: {type: string}, total: {type: number}, name: {type: string, shout: true}}}"

    theirs, ours = both.read(
        api,
        manifest(
            SCHEMA=f"{{type: InlineSchemaLoader, schema: {schema}}}",
            SELECTION="        schema_normalization: "
            f"{{type: CustomSchemaNormalization, class_name: components.{name}}}",
        ),
        streams=["orders"],
        components=NORMALIZATIONS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 2


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


ROUTERS = code(
    """
    @dataclass
    class Regions(PartitionRouter):
        config: Mapping[str, Any]
        parameters: InitVar[Mapping[str, Any]]
        prefix: str = ""

        def stream_slices(self):
            for region in self.config["regions"]:
                yield StreamSlice(partition={"region": self.prefix + region}, cursor_slice={})

        def get_request_params(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {"region": stream_slice["region"]}

        def get_request_headers(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {"X-Region": stream_slice["region"]}

        def get_request_body_data(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {}

        def get_request_body_json(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {}

        def get_stream_state(self):
            return None

    @dataclass
    class Pairs(SubstreamPartitionRouter):
        def stream_slices(self):
            ids = [str(slice["account"]) for slice in super().stream_slices()]
            for start in range(0, len(ids), 2):
                yield StreamSlice(partition={"accounts": ",".join(ids[start:start + 2])}, cursor_slice={})

        def get_request_params(self, *, stream_state=None, stream_slice=None, next_page_token=None):
            return {"accounts": stream_slice["accounts"]}
    """
)
PARENT = """
{type: CustomPartitionRouter, class_name: components.Pairs, parent_stream_configs: [{parent_key: id,
 partition_field: account, stream: {type: DeclarativeStream, name: accounts, retriever: {type: SimpleRetriever,
 requester: {type: HttpRequester, url_base: URL, path: accounts, http_method: GET},
 record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}}}}]}
""".replace("\n", " ")


@pytest.mark.parametrize(
    "router",
    [
        pytest.param(
            "{type: CustomPartitionRouter, class_name: components.Regions, prefix: r-}", id="on the base"
        ),
        pytest.param(PARENT, id="on a router with a parent stream"),
    ],
)
@pytest.mark.parametrize("incremental", [False, True], ids=["all", "what is new"])
def test_partition_routers(both: Both, api: FakeApi, router: str, *, incremental: bool) -> None:
    """The same partitions, requests and states."""
    api.on("/orders", [{"id": 1, "at": "2024-01-05"}])
    api.on("/accounts", [{"id": 1}, {"id": 2}, {"id": 3}])
    text = manifest(RETRIEVAL=f"      partition_router: {router}")
    if incremental:
        text += (
            "    incremental_sync: {type: DatetimeBasedCursor, cursor_field: at, datetime_format: '%Y-%m-%d', "
            "start_datetime: '2024-01-01', end_datetime: '2024-02-01'}\n"
        )

    theirs, ours = both.read(
        api, text, CONFIG, streams=["orders"], components=ROUTERS, incremental=incremental
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 2


DECODERS = code(
    """
    class Semicolons(Decoder):
        def __init__(self, config=None, parameters=None, **kwargs):
            pass

        def is_stream_response(self):
            return False

        def decode(self, response):
            yield from csv.DictReader(io.StringIO(response.text), delimiter=";")

    @dataclass
    class Wrapped(JsonDecoder):
        parameters: InitVar[Mapping[str, Any]]
        key: str = "wrapped"

        def __post_init__(self, parameters):
            JsonDecoder.__init__(self, parameters)

        def decode(self, response):
            for element in super().decode(response):
                yield {self.key: element}
    """
)


@pytest.mark.parametrize(
    ("decoder", "path", "body"),
    [
        pytest.param(
            "{type: CustomDecoder, class_name: components.Semicolons}",
            "[]",
            b"id;b\n1;x\n2;y\n",
            id="on the base",
        ),
        pytest.param(
            "{type: CustomDecoder, class_name: components.Wrapped, key: all}",
            "[all, data]",
            {"data": [{"id": 1}, {"id": 2}]},
            id="on JsonDecoder",
        ),
    ],
)
def test_decoders(both: Both, api: FakeApi, decoder: str, path: str, body: Json) -> None:
    """The elements that a decoder yields are what the extractor looks into."""
    api.on("/orders", body)

    theirs, ours = both.read(
        api,
        manifest(
            EXTRACTOR=f"{{type: DpathExtractor, field_path: {path}}}", RETRIEVAL=f"      decoder: {decoder}"
        ),
        streams=["orders"],
        components=DECODERS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 2


LOADERS = code(
    """
    @dataclass
    class Fixed(SchemaLoader):
        config: Mapping[str, Any]
        columns: List[str] = field(default_factory=list)

        def get_json_schema(self):
            return {"type": "object", "properties": {name: {"type": "string"} for name in self.columns}}

    @dataclass
    class Asks(SchemaLoader):
        config: Mapping[str, Any]
        requester: Requester

        def get_json_schema(self):
            names = [record["name"] for record in self.requester.send_request().json()]
            return {"type": "object", "properties": {name: {"type": ["null", "integer"]} for name in names}}
    """
)
ASKS = (
    "{type: CustomSchemaLoader, class_name: components.Asks, requester: {type: HttpRequester, url_base: URL, "
    "path: fields, http_method: GET, $parameters: {name: fields}}}"
)


@pytest.mark.parametrize(
    "loader",
    [
        pytest.param(
            "{type: CustomSchemaLoader, class_name: components.Fixed, columns: [id, name]}", id="fixed"
        ),
        pytest.param(ASKS, id="asks the API"),
    ],
)
def test_schema_loaders(both: Both, api: FakeApi, loader: str) -> None:
    """The values are cast by the same schema."""
    api.on("/orders", RECORDS)
    api.on("/fields", [{"name": "id"}, {"name": "total"}])

    theirs, ours = both.read(
        api,
        manifest(SCHEMA=loader, SELECTION="        schema_normalization: Default"),
        streams=["orders"],
        components=LOADERS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 3


RETRIEVERS = code(
    """
    @dataclass
    class Numbered(SimpleRetriever):
        label: str = ""

        def read_records(self, records_schema, stream_slice=None):
            for number, record in enumerate(super().read_records(records_schema, stream_slice)):
                yield {**record.data, "number": number, "label": self.label}

    @dataclass
    class Direct(SimpleRetriever):
        def read_records(self, records_schema, stream_slice=None):
            response = self.requester.send_request(stream_slice=stream_slice, request_params={"direct": "1"})
            for data in response.json():
                yield Record(data=data, stream_name=self.name, associated_slice=stream_slice)
    """
)


@pytest.mark.parametrize("name", ["Numbered", "Direct"])
@pytest.mark.parametrize(
    "router",
    ["", ", partition_router: {type: ListPartitionRouter, values: [a, b], cursor_field: letter, "
     "request_option: {type: RequestOption, inject_into: request_parameter, field_name: l}}"],
    ids=["whole", "in partitions"],
)  # fmt: skip
def test_retrievers(both: Both, api: FakeApi, name: str, router: str) -> None:
    """The same requests and records; the record selector, where the class uses it, has the stream's transformations."""
    api.on("/orders", RECORDS)
    retriever = (
        f"{{type: CustomRetriever, class_name: components.{name}, label: x{router}, "
        "requester: {type: HttpRequester, url_base: URL, path: orders, http_method: GET}, "
        "record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}}"
    )
    added = "{type: AddFields, fields: [{path: [twice], value: \"{{ record['id'] * 2 }}\"}]}"
    head = manifest(TRANSFORMATIONS=added).split("    retriever:", maxsplit=1)[0]

    theirs, ours = both.read(
        api, f"{head}    retriever: {retriever}\n", streams=["orders"], components=RETRIEVERS
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == (6 if router else 3)


MIGRATIONS = code(
    """
    @dataclass
    class Renames(StateMigration):
        config: Mapping[str, Any]
        old: str = "updated"

        def should_migrate(self, stream_state):
            return self.old in stream_state

        def migrate(self, stream_state):
            return {"at": stream_state[self.old]}

    class Later(StateMigration):
        def __init__(self, **kwargs):
            pass

        def should_migrate(self, stream_state):
            return bool(stream_state.get("at", "9") < "2024-01-10")

        def migrate(self, stream_state):
            return {"at": "2024-01-20"}
    """
)


@pytest.mark.parametrize(
    ("migrations", "state"),
    [
        pytest.param("{type: CustomStateMigration, class_name: components.Renames}", {"updated": "2024-01-10"}, id="renames"),
        pytest.param("{type: CustomStateMigration, class_name: components.Renames}", {"at": "2024-01-10"}, id="has nothing to do"),
        pytest.param(
            "{type: CustomStateMigration, class_name: components.Renames, old: before}, "
            "{type: CustomStateMigration, class_name: components.Later}",
            {"before": "2024-01-02"},
            id="one after the other",
        ),
    ],
)  # fmt: skip
def test_state_migrations(both: Both, api: FakeApi, migrations: str, state: Json) -> None:
    """The windows begin at the migrated state."""
    api.on("/orders", [{"id": 1, "at": "2024-01-25"}])
    text = manifest() + (
        f"    state_migrations: [{migrations}]\n"
        "    incremental_sync: {type: DatetimeBasedCursor, cursor_field: at, datetime_format: '%Y-%m-%d', "
        "start_datetime: '2024-01-01', end_datetime: '2024-02-01', "
        "start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}}\n"
    )

    theirs, ours = both.read(
        api,
        text,
        CONFIG,
        streams=["orders"],
        states={"orders": state},
        incremental=True,
        components=MIGRATIONS,
    )

    assert ours == theirs
    assert len(ours.records["orders"]) == 1


RULES = code(
    """
    from airbyte_cdk.sources.declarative.transformations.config_transformations.config_transformation import ConfigTransformation
    from airbyte_cdk.sources.declarative.validators.validation_strategy import ValidationStrategy

    @dataclass
    class Splits(ConfigTransformation):
        parameters: InitVar[Mapping[str, Any]] = None

        def transform(self, config):
            config["regions"] = config["regions"].split(",")

    class Defaults(ConfigTransformation):
        def __init__(self, **kwargs):
            pass

        def transform(self, config):
            config.setdefault("key", "k-default")

    class Known(ValidationStrategy):
        def __init__(self, **kwargs):
            pass

        def validate(self, value):
            if not str(value).startswith("k-"):
                raise ValueError("no key")

    @dataclass
    class AtMost(ValidationStrategy):
        most: int = 2

        def validate(self, value):
            if len(value) > self.most:
                raise ValueError("too many")
    """
)
RULES_PART = """
config_normalization_rules: {type: ConfigNormalizationRules, transformations: [
 {type: CustomConfigTransformation, class_name: components.Splits},
 {type: CustomConfigTransformation, class_name: components.Defaults}],
 validations: [
 {type: DpathValidator, field_path: [key], validation_strategy: {type: CustomValidationStrategy, class_name: components.Known}},
 {type: DpathValidator, field_path: [regions],
  validation_strategy: {type: CustomValidationStrategy, class_name: components.AtMost}}]}
""".replace("\n", " ")


@pytest.mark.parametrize(
    ("config", "count"),
    [
        pytest.param({"regions": "north,south"}, 2, id="valid"),
        pytest.param({"regions": "north", "key": "k-1"}, 1, id="valid as it is"),
        pytest.param({"regions": "north", "key": "x"}, 0, id="a value that one strategy refuses"),
        pytest.param({"regions": "a,b,c"}, 0, id="a value that the other refuses"),
    ],
)
def test_config_rules(both: Both, api: FakeApi, config: Json, count: int) -> None:
    """The config is changed before it is validated and read."""
    api.on("/orders", [{"id": 1}])
    text = manifest(
        RETRIEVAL="      partition_router: {type: ListPartitionRouter, cursor_field: region, "
        "values: \"{{ config['regions'] }}\", "
        "request_option: {type: RequestOption, inject_into: request_parameter, field_name: r}}",
        MORE=", request_parameters: {k: \"{{ config['key'] }}\"}",
    ).replace("properties: {}}}\nstreams", f"properties: {{}}}}, {RULES_PART.strip()}}}\nstreams", 1)

    theirs, ours = both.read(api, text, config, streams=["orders"], components=RULES)

    assert ours == theirs
    assert len(ours.records.get("orders", [])) == count


TALKATIVE = code(
    """
    import logging
    import sys

    class Talks(RecordTransformation):
        def transform(self, record, config=None, stream_state=None, stream_slice=None):
            print("CANARY printed", record)
            sys.stderr.write("CANARY on standard error")
            logging.getLogger("airbyte").error("CANARY logged %s", record)
            logging.getLogger().warning("CANARY logged at the root")
            if record["id"] == 2:
                raise ValueError(f"CANARY raised {record}")
    """
)


def test_what_a_class_says_does_not_come_out(both: Both, api: FakeApi) -> None:
    """Not even through airbyte-cdk's own log, which has a way to standard output of its own."""
    api.on("/orders", RECORDS)

    theirs, ours = both.read(
        api,
        manifest(TRANSFORMATIONS="{type: CustomTransformation, class_name: components.Talks}"),
        streams=["orders"],
        components=TALKATIVE,
    )

    assert "CANARY" in str(theirs.messages)
    assert "CANARY" not in str(ours.messages)
    assert ours.statuses == theirs.statuses == {"orders": "INCOMPLETE"}
