from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from penstock.authoring import ManifestError, parse_manifest
from penstock_builder.testing.cases import parse_cases
from penstock_builder.testing.run_case import run_case

NoNetwork = Callable[[], AbstractContextManager[None]]
FILE = Path("cases.yaml")

MANIFEST = parse_manifest("""\
version: "7.39.1"
type: DeclarativeSource
check: { type: CheckStream, stream_names: [orders] }
spec:
  type: Spec
  connection_specification:
    type: object
    properties: { url: { type: string }, token: { type: string, airbyte_secret: true } }
streams:
  - type: DeclarativeStream
    name: orders
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{{ config['url'] }}/orders"
        request_headers: { X-Version: "2" }
        request_body_json: { deep: { of: "{{ config.get('of', 'nobody') }}" } }
        authenticator: { type: BearerAuthenticator, api_token: "{{ config['token'] }}" }
        error_handler: { type: DefaultErrorHandler, max_retries: 2 }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [items] } }
      paginator:
        type: DefaultPaginator
        page_token_option: { type: RequestOption, inject_into: request_parameter, field_name: page }
        pagination_strategy: { type: PageIncrement, start_from_page: 1, page_size: 2, inject_on_first_request: true }
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: at
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
      start_time_option: { type: RequestOption, inject_into: request_parameter, field_name: since }
      end_time_option: { type: RequestOption, inject_into: request_parameter, field_name: until }
    transformations:
      - { type: MaskFields, fields: [email], mask: redact }
    schema_loader: { type: InlineSchemaLoader, schema: { type: object, properties: { id: { type: integer } } } }
""")

CASE = """\
cases:
  - name: two pages
    stream: orders
    given:
      config: { url: https://api.test, token: s3cret-of-mine }
      state: { at: 2024-01-10 }
      clock: 2024-02-01T00:00:00Z
      responses:
        - path: /orders
          method: POST
          answer: { json: { items: [{ id: 9, at: 2024-01-30 }] } }
        - path: /orders
          params: { page: 1 }
          answers:
            - { status: 503, json: {} }
            - json: { items: [{ id: 1, at: 2024-01-11, email: ada@example.test }, { id: 2, at: 2024-01-12 }] }
        - path: /orders
          params: { page: 2 }
          headers: { X-Version: 2 }
          answer: { text: '{"items": [{"id": 3, "at": "2024-01-13"}]}', headers: { Content-Type: application/json } }
    expect:
"""


def problems(expect: str, case: str = CASE) -> tuple[str, ...]:
    [read] = parse_cases(case + "".join(f"      {line}\n" for line in expect.splitlines()))
    return run_case(MANIFEST, read, FILE).problems


ALL = """\
requests:
  - GET /orders?page=1&since=2024-01-10&until=2024-02-01
  - /orders?page=1
  - { path: /orders, params: { page: 2 }, headers: { x-version: 2 } }
records:
  - { id: 1, at: 2024-01-11, email: '***' }
  - { id: 2, at: 2024-01-12 }
  - { id: 3, at: 2024-01-13 }
contains: [{ id: 3 }]
masked: [email]
state: { at: 2024-01-13 }
reason: all was read
"""


def test_a_case_says_what_is_given_and_what_is_expected(no_network: NoNetwork) -> None:
    """Config, state, clock and responses; requests, records, masks, state and why it ended."""
    with no_network():
        assert problems(ALL) == ()


@pytest.mark.parametrize(
    ("passes", "fails", "told"),
    [
        pytest.param(
            "requests: [/orders?page=1, /orders?page=1, /orders?page=2]",
            "requests: [/orders?page=1, /orders?page=1, /orders?page=3]",
            "request 3: expected GET /orders?page=3, got GET /orders?page=2&since=2024-01-10&until=2024-02-01, "
            "which differs at the parameter `page`",
            id="a parameter",
        ),
        pytest.param(
            "requests: [/orders, /orders, /orders]",
            "requests: [/orders, /orders]",
            "request 3 is not expected: GET /orders?page=2&since=2024-01-10&until=2024-02-01",
            id="a request too many",
        ),
        pytest.param(
            "requests: [/orders, /orders, /orders]",
            "requests: [/orders, /orders, /orders, POST /orders]",
            "request 4 was not asked: POST /orders",
            id="a request too few",
        ),
        pytest.param(
            "requests: [{ path: orders, headers: { X-Version: 2 } }, /orders, /orders]",
            "requests: [{ path: orders, headers: { X-Version: 3 } }, /orders, /orders]",
            "request 1: expected GET /orders, got GET /orders?page=1&since=2024-01-10&until=2024-02-01, "
            "which differs at the header `X-Version`",
            id="a header",
        ),
        pytest.param(
            "requests: [{ path: /orders, body: { deep: { of: nobody } } }, /orders, /orders]",
            "requests: [{ path: /orders, body: { deep: { of: somebody } } }, /orders, /orders]",
            "request 1: expected GET /orders, got GET /orders?page=1&since=2024-01-10&until=2024-02-01, "
            "which differs at the body",
            id="a body",
        ),
        pytest.param(
            "requests: [/orders?page=2, /orders?page=1, /orders?page=1]\nany_order: true",
            "requests: [/orders?page=2, /orders?page=2, /orders?page=1]\nany_order: true",
            "no request is GET /orders?page=2",
            id="any order",
        ),
        pytest.param(
            "contains: [{ id: 2 }]",
            "contains: [{ id: 2, at: 2024-01-19 }]",
            "none of 3 records has all of `contains[0]`; the nearest differs at `at`: expected \"2024-01-19\", "
            'got "2024-01-12"',
            id="contains",
        ),
        pytest.param(
            "records: [{ id: 1, at: 2024-01-11, email: '***' }, { id: 2, at: 2024-01-12 }, { id: 3, at: 2024-01-13 }]",
            "records: [{ id: 1, at: 2024-01-11, email: '***' }, { id: '2', at: 2024-01-12 }, { id: 3, at: 2024-01-13 }]",
            'record 2: `id`: expected "2", got 2',
            id="records",
        ),
        pytest.param(
            "contains: []", "records: []", "expected 0 records, got 3", id="no record"
        ),
        pytest.param(
            "masked: [email]", "masked: [id]", "record 1: `id` is in clear, and `id` is to be masked", id="masked"
        ),
        pytest.param(
            "masked: [email]", "masked: [e_mail]", "`e_mail` is to be masked, and no answer has it", id="nothing to mask"
        ),
        pytest.param(
            "state: { at: 2024-01-13 }",
            "state: { at: 2024-01-14 }",
            'state: `at`: expected "2024-01-14", got "2024-01-13"',
            id="state",
        ),
        pytest.param(
            "reason: all was read",
            "reason: the limit of",
            'expected it to end with "the limit of", got "all was read"',
            id="reason",
        ),
        pytest.param(
            "contains: []",
            "error: HTTP 404",
            'expected an error with the words "HTTP 404", got "no error"',
            id="error",
        ),
        pytest.param(
            "log: ['503']",
            "log: [something else]",
            'no line of the log has the words "something else"',
            id="log",
        ),
    ],
)  # fmt: skip
def test_each_expectation_passes_and_fails(passes: str, fails: str, told: str) -> None:
    """Each with its twin that fails, and says where, what was expected and what came."""
    assert problems(passes) == ()
    assert told in problems(fails)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param("answer: { fails: timeout }", "no answer in time", id="a time-out"),
        pytest.param("answer: { delay_seconds: 900, json: {} }", "no answer in time", id="a delay"),
        pytest.param("answer: { fails: connect }", "connect", id="no connection"),
        pytest.param("answer: { status: 404, json: {} }", "HTTP 404", id="a status"),
        pytest.param("answer: { text: <html></html> }", "JSON", id="HTML"),
        pytest.param(
            "answers: [{ status: 500 }, { status: 500 }, { status: 401 }]", "HTTP 401", id="in turn"
        ),
    ],
)
def test_what_goes_wrong_is_given_too(given: str, told: str) -> None:
    """Nothing is waited for; an error that is not expected is a failure."""
    case = f"""\
cases:
  - name: refused
    stream: orders
    given:
      config: {{ url: https://api.test, token: t }}
      clock: 2024-02-01T00:00:00Z
      responses: [{{ path: /orders, {given} }}]
    expect:
"""
    [unexpected] = problems("contains: []", case)

    assert unexpected.startswith("it failed: ")
    assert problems(f"error: {told}", case) == ()


def test_a_request_without_a_response_is_refused(no_network: NoNetwork) -> None:
    """With its path and without its host, and with what there is."""
    case = CASE.replace("url: https://api.test", "url: https://api.test/v2")

    with no_network():
        [told] = problems("records: []", case)

    assert told.startswith("no response is given for GET /v2/orders; there are some for `POST /orders`, ")
    assert "api.test" not in told


def test_a_failure_tells_no_masked_value_and_no_secret() -> None:
    """Not even where an answer holds it under another name."""
    case = CASE.replace("id: 3", "id: 3, note: ada@example.test, key: s3cret-of-mine").replace(
        '"id": 3', '"id": 3'
    )
    failing = "requests: []\nrecords: []\nstate: { at: x }\nerror: x\nlog: [x]\ncontains: [{ id: 77 }]\nmasked: [id]"

    told = "\n".join(problems(failing, case))

    assert "record" in told
    assert "ada@" not in told
    assert "s3cret" not in told


def test_moments_without_quotes_are_as_they_are_written() -> None:
    """YAML takes them for something else than text, and would write them in another way."""
    [case] = parse_cases(
        "cases: [{ name: 2024-01-31T00:00:00Z, stream: s, given: { state: { at: 2024-1-31 10:00:00 -5 } }, expect: {"
        " records: [{ at: '2024-01-31T00:00:00Z', of: 2024-01-31T00:00:00Z }] } }]"
    )

    assert case.name == "2024-01-31T00:00:00Z"
    assert case.setting.state == {"at": "2024-1-31 10:00:00 -5"}
    assert case.expected.records == ({"at": "2024-01-31T00:00:00Z", "of": "2024-01-31T00:00:00Z"},)


def test_a_file_of_cases_is_read_strictly() -> None:
    """Every problem at once, with its place and a hint."""
    text = """\
cases:
  - nmae: one
    stream: orders
    given: { clock: yesterday, responses: [{ path: /a }, { paht: /b, answer: { status: ok } }] }
    expect: { recrods: [], masked: ["a["], requests: [7] }
  - { name: two, stream: orders, expect: {} }
  - { name: two, stream: 3, expect: [] }
"""
    with pytest.raises(ManifestError) as refused:
        parse_cases(text)

    assert [f"{d.span.line}:{d.span.col} {d.rule}" for d in refused.value.diagnostics] == [
        "2:5 missing-field",
        "2:5 unknown-field",
        "4:21 wrong-type",
        "4:44 missing-field",
        "4:58 missing-field",
        "4:60 unknown-field",
        "4:88 wrong-type",
        "5:15 unknown-field",
        "5:37 field-path",
        "5:55 wrong-type",
        "7:13 duplicate-name",
        "7:26 wrong-type",
        "7:37 wrong-type",
    ]
    assert "did you mean `name`?" in str(refused.value)
