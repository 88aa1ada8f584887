from __future__ import annotations

import pytest

from penstock.http.statuses import default_resolution
from penstock.http.transport import FailureKind, TransportFailure
from penstock.testing.fakes import json_response


@pytest.mark.parametrize(
    ("status", "action", "failure_type"),
    [
        (400, "FAIL", "system_error"),
        (401, "FAIL", "config_error"),
        (403, "FAIL", "config_error"),
        (404, "FAIL", "system_error"),
        (405, "FAIL", "system_error"),
        (408, "RETRY", "transient_error"),
        (429, "RATE_LIMITED", "transient_error"),
        (500, "RETRY", "transient_error"),
        (502, "RETRY", "transient_error"),
        (503, "RETRY", "transient_error"),
        (504, "RETRY", "transient_error"),
        pytest.param(402, "RETRY", "system_error", id="a 4xx that is not in the table"),
        pytest.param(422, "RETRY", "system_error", id="another one"),
        pytest.param(599, "RETRY", "system_error", id="a status that does not exist"),
        pytest.param(200, "SUCCESS", "system_error", id="a good status"),
        pytest.param(304, "SUCCESS", "system_error", id="all below 400 are"),
    ],
)
def test_the_status_decides_where_no_filter_does(status: int, action: str, failure_type: str) -> None:
    """The table of the manifest language; what it does not hold is tried again."""
    resolution = default_resolution(json_response({}, status))

    assert (resolution.action, resolution.failure_type) == (action, failure_type)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        pytest.param(401, "HTTP 401 Unauthorized: the API does not take the credentials", id="in the table"),
        pytest.param(402, "HTTP 402 Payment Required", id="known to HTTP alone"),
        pytest.param(599, "HTTP 599", id="unknown"),
        pytest.param(200, "", id="nothing to tell"),
    ],
)
def test_a_status_is_told_in_words(status: int, message: str) -> None:
    """Words of ours: the answer's own may hold data."""
    assert default_resolution(json_response({"message": "ada@example.com"}, status)).message == message


@pytest.mark.parametrize(
    ("kind", "action", "failure_type"),
    [
        ("timeout", "RETRY", "transient_error"),
        ("connect", "RETRY", "transient_error"),
        ("read", "RETRY", "transient_error"),
        pytest.param("request", "FAIL", "config_error", id="what cannot be sent will never be"),
    ],
)
def test_a_failure_without_an_answer_is_tried_again(
    kind: FailureKind, action: str, failure_type: str
) -> None:
    resolution = default_resolution(TransportFailure(kind, "why"))

    assert (resolution.action, resolution.failure_type, resolution.message) == (action, failure_type, "why")
