from __future__ import annotations

import time
from typing import Any

import pytest

from penstock.authoring import parse_manifest
from penstock.testing.fake_api import Answer, FakeApi, Received
from penstock_builder.testing.faults import all_faults
from penstock_builder.testing.rehearse import Rehearsal, rehearse, unread_limits

Json = Any

MANIFEST = """\
version: "7.39.1"
type: DeclarativeSource
check: {type: CheckStream, stream_names: [items]}
spec:
  type: Spec
  connection_specification: {type: object, properties: {key: {type: string, airbyte_secret: true}}}
streams:
  - type: DeclarativeStream
    name: items
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{{ config['url'] }}/items"
        request_headers: {X-Key: "{{ config['key'] }}"}
        error_handler: HANDLER
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: [items]}}
      paginator:
        type: DefaultPaginator
        page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: at}
        pagination_strategy: {type: CursorPagination, cursor_value: "{{ response.get('next') }}"}
"""
DEFAULT = "{type: DefaultErrorHandler}"


def items(request: Received) -> Json:
    at = int(request.params.get("at", 0))
    return {"items": [{"id": at + 1, "name": "canary-name"}], "next": at + 1 if at < 2 else None}


def rehearsed(api: FakeApi, fault: str, handler: str = DEFAULT, on_request: int = 1) -> Rehearsal:
    api.on("/items", items)
    manifest = parse_manifest(MANIFEST.replace("HANDLER", handler))
    return rehearse(manifest, "items", {"url": api.url, "key": "s3cret-key"}, fault, on_request=on_request)


@pytest.mark.parametrize(
    ("fault", "action", "failure", "wait", "attempts", "records"),
    [
        ("unauthorized_401", "FAIL", "config_error", None, 1, 0),
        ("forbidden_403", "FAIL", "config_error", None, 1, 0),
        ("not_found_404", "FAIL", "system_error", None, 1, 0),
        ("rate_limit_retry_after_seconds", "RATE_LIMITED", "transient_error", 90, 6, 3),
        ("rate_limit_retry_after_date", "RATE_LIMITED", "transient_error", 1, 6, 3),
        ("rate_limit_reset_epoch", "RATE_LIMITED", "transient_error", 1, 6, 3),
        ("rate_limit_reset_seconds", "RATE_LIMITED", "transient_error", 1, 6, 3),
        ("rate_limit_remaining_0", "FAIL", "config_error", None, 1, 0),
        ("server_error_500", "RETRY", "transient_error", 1, 6, 3),
        ("server_error_503", "RETRY", "transient_error", 1, 6, 3),
        ("html_with_200", "SUCCESS", "system_error", None, 1, 0),
        ("html_with_502", "RETRY", "transient_error", 1, 6, 3),
        ("time_out", "RETRY", "transient_error", 1, 6, 3),
        ("connection_reset", "RETRY", "transient_error", 1, 6, 3),
        ("truncated_gzip", "RETRY", "transient_error", 1, 6, 3),
        ("truncated_json", "SUCCESS", "system_error", None, 1, 0),
        ("empty_body", "SUCCESS", "", None, 1, 0),
        ("duplicate_page", "SUCCESS", "system_error", None, 1, 2),
        ("errors_in_200", "SUCCESS", "", None, 1, 0),
    ],
)
def test_the_default_handler_meets_each_fault(
    api: FakeApi, fault: str, action: str, failure: str, wait: float | None, attempts: int, records: int
) -> None:
    """What is done, how long would be waited, how often tried, and what still comes if it happens once."""
    told = rehearsed(api, fault)

    assert told.struck
    assert (told.action, told.failure_type, told.wait_seconds) == (action, failure, wait)
    assert (told.attempts, told.records) == (attempts, records)
    assert told.decided_by == ("none" if action == "SUCCESS" else "default")
    assert bool(told.message) == bool(failure)


def test_every_fault_has_its_row() -> None:
    """A fault that no row of the table above meets would not be tested."""
    [mark] = test_the_default_handler_meets_each_fault.pytestmark  # type: ignore[attr-defined]  # pytest sets it

    assert {row[0] for row in mark.args[1]} == set(all_faults())


@pytest.mark.parametrize(
    ("handler", "fault", "expected"),
    [
        pytest.param(
            "{type: DefaultErrorHandler, response_filters: [{type: HttpResponseFilter, http_codes: [404], action: IGNORE}]}",
            "not_found_404",
            ("IGNORE", "HttpResponseFilter at manifest.yaml:17:", None, ""),
            id="by-code",
        ),
        pytest.param(
            "{type: DefaultErrorHandler, response_filters: [{type: HttpResponseFilter, action: RETRY, "
            "predicate: \"{{ 'errors' in response }}\"}]}",
            "errors_in_200",
            ("RETRY", "HttpResponseFilter at manifest.yaml:17:", 1, "our own figure"),
            id="by-predicate",
        ),
        pytest.param(
            "{type: DefaultErrorHandler, response_filters: [{type: HttpResponseFilter, action: RETRY, "
            "error_message_contains: internal}]}",
            "errors_in_200",
            ("RETRY", "HttpResponseFilter at manifest.yaml:17:", 1, "our own figure"),
            id="by-text",
        ),
        pytest.param(
            "{type: CompositeErrorHandler, error_handlers: [{type: DefaultErrorHandler}, {type: DefaultErrorHandler, "
            "response_filters: [{type: HttpResponseFilter, http_codes: [403], action: RATE_LIMITED}], "
            "backoff_strategies: [{type: WaitUntilTimeFromHeader, header: X-RateLimit-Reset}]}]}",
            "rate_limit_remaining_0",
            (
                "RATE_LIMITED",
                "HttpResponseFilter at manifest.yaml:17:",
                91,
                "WaitUntilTimeFromHeader at manifest.yaml:17:",
            ),
            id="composite",
        ),
        pytest.param(
            "{type: DefaultErrorHandler, backoff_strategies: [{type: WaitTimeFromHeader, header: RateLimit-Reset}]}",
            "rate_limit_reset_seconds",
            ("RATE_LIMITED", "default", 91, "WaitTimeFromHeader at manifest.yaml:17:"),
            id="time-from-header",
        ),
        pytest.param(
            "{type: DefaultErrorHandler, backoff_strategies: [{type: ConstantBackoffStrategy, backoff_time_in_seconds: 7}]}",
            "server_error_503",
            ("RETRY", "default", 8, "ConstantBackoffStrategy at manifest.yaml:17:"),
            id="constant",
        ),
        pytest.param(
            "{type: DefaultErrorHandler, backoff_strategies: [{type: ExponentialBackoffStrategy, factor: 3}]}",
            "server_error_500",
            ("RETRY", "default", 7, "ExponentialBackoffStrategy at manifest.yaml:17:"),
            id="exponential",
        ),
    ],
)
def test_what_decided_is_told_with_its_place(
    api: FakeApi, handler: str, fault: str, expected: tuple[str, str, float | None, str]
) -> None:
    """The filter that matched and the strategy that asked for the wait, each where it is written."""
    told = rehearsed(api, fault, handler)

    action, decided_by, wait, waits_by = expected
    assert told.action == action
    assert told.wait_seconds == (wait if wait is None else pytest.approx(wait, abs=1.1))
    assert told.decided_by.startswith(decided_by)
    assert told.waits_by.startswith(waits_by)


def test_a_wait_that_is_too_long_ends_the_stream(api: FakeApi) -> None:
    """The strategy refuses to wait so long; the message says so."""
    handler = (
        "{type: DefaultErrorHandler, backoff_strategies: "
        "[{type: WaitTimeFromHeader, header: Retry-After, max_waiting_time_in_seconds: 60}]}"
    )

    told = rehearsed(api, "rate_limit_retry_after_seconds", handler)

    assert (told.action, told.wait_seconds, told.attempts) == ("RATE_LIMITED", None, 1)
    assert "longer than the 60 s that are allowed" in told.message


def test_giving_up_is_told_by_attempts_and_seconds(api: FakeApi) -> None:
    """Of a fault that lasts: five retries of the default handler wait 1, 2, 4, 8 and 16 seconds."""
    told = rehearsed(api, "server_error_500")

    assert (told.attempts, told.gives_up_after_seconds) == (6, 31)
    assert "gave up after 6 attempts" in told.message


def test_long_waits_end_the_attempts_as_they_would(api: FakeApi) -> None:
    """Time is counted though it is not waited: after ten minutes the next failure is the last."""
    handler = "{type: DefaultErrorHandler, backoff_strategies: [{type: ConstantBackoffStrategy, backoff_time_in_seconds: 400}]}"

    told = rehearsed(api, "server_error_500", handler)

    assert (told.attempts, told.gives_up_after_seconds) == (3, 802)


@pytest.mark.parametrize("fault", sorted(all_faults()))
@pytest.mark.parametrize("on_request", [1, 3])
def test_after_a_retry_the_records_are_those_of_a_read_without_the_fault(
    api: FakeApi, fault: str, on_request: int
) -> None:
    """Where the action is to try again, nothing is lost and nothing comes twice."""
    told = rehearsed(api, fault, on_request=on_request)

    if told.action in {"RETRY", "RATE_LIMITED"}:
        assert (told.recovered, told.records) == (True, 3)


def test_faults_strike_pages_alone(api: FakeApi) -> None:
    """Logging in is not what is rehearsed: it goes well."""
    api.on("/login", {"access_token": "a-token", "expires_in": 3600}, method="POST")
    api.on("/items", items)
    login = (
        "authenticator: {type: OAuthAuthenticator, token_refresh_endpoint: \"{{ config['url'] }}/login\", "
        "client_id: me, client_secret: \"{{ config['key'] }}\", grant_type: client_credentials}"
    )
    text = MANIFEST.replace("error_handler: HANDLER", login)

    told = rehearse(parse_manifest(text), "items", {"url": api.url, "key": "s3cret"}, "server_error_500")

    assert (told.attempts, told.recovered, told.records) == (6, True, 3)


def test_a_fault_that_finds_no_request_says_so(api: FakeApi) -> None:
    """The stream has three pages; there is no ninth to strike."""
    told = rehearsed(api, "server_error_500", on_request=9)

    assert not told.struck
    assert told.hint == "the stream sends no request 9, so there is nothing to strike"


def test_answers_may_come_from_elsewhere(api: FakeApi) -> None:
    """A recording's replay stands in for the network."""
    api.on("/items", Answer({}, 500))
    told = rehearse(
        parse_manifest(MANIFEST.replace("HANDLER", DEFAULT)),
        "items",
        {"url": "http://nowhere.invalid", "key": "k"},
        "server_error_503",
        answers=lambda network: _reply,
    )

    assert (told.recovered, told.records) == (True, 1)
    assert api.requests == []


def _reply(request: Any) -> Any:
    from penstock.testing.fakes import json_response

    return json_response({"items": [{"id": 1}]})


def test_rehearsals_of_all_faults_wait_for_nothing_and_show_no_value(api: FakeApi) -> None:
    """Nearly 20 faults that ask for minutes take less than they ask for, and hold nothing of config or answers."""
    api.on("/items", items)
    manifest = parse_manifest(MANIFEST.replace("HANDLER", DEFAULT))
    started = time.monotonic()

    told = [rehearse(manifest, "items", {"url": api.url, "key": "s3cret-key"}, name) for name in all_faults()]

    assert time.monotonic() - started < sum(each.wait_seconds or 0 for each in told)
    assert "s3cret-key" not in repr(told)
    assert "canary-name" not in repr(told)
    assert unread_limits(told) == "4 of 5 ways to tell a rate limit are not heeded by this error handler"
    by_name = {each.fault: each.hint for each in told}
    assert by_name["rate_limit_reset_epoch"] == (
        "the API asks for 90 s, and 1 s are waited: add a WaitUntilTimeFromHeader for `X-RateLimit-Reset`"
    )
