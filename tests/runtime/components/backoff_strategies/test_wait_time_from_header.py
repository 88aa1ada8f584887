from __future__ import annotations

import pytest

from penstock.components.backoff_strategies import BACKOFF_STRATEGY
from penstock.errors import ManifestError, RequestError
from penstock.http.transport import TransportFailure
from penstock.testing.fakes import built, component, json_response


@pytest.mark.parametrize(
    ("settings", "value", "seconds"),
    [
        pytest.param("", "30", 30, id="a number"),
        pytest.param("", "1.5", 1.5, id="a decimal number"),
        pytest.param("", "0", None, id="zero is no wait"),
        pytest.param("", "-3", None, id="a time that is over is no wait"),
        pytest.param("", "soon", None, id="words"),
        pytest.param("", "30 s", None, id="a number with its unit"),
        pytest.param("", "nan", None, id="not a number, literally"),
        pytest.param("", "inf", None, id="for ever"),
        pytest.param(r'regex: "[0-9]+"', "30 s", 30, id="the pattern picks the number"),
        pytest.param(r'regex: "[0-9]+"', "wait 30 s", None, id="the pattern is matched at the start"),
        pytest.param(r'regex: "wait ([0-9]+)"', "wait 30", None, id="the whole match counts, not a group"),
        pytest.param("max_waiting_time_in_seconds: 60", "59", 59, id="just below the longest wait"),
    ],
)
def test_the_wait_is_a_header_in_seconds(settings: str, value: str, seconds: float | None) -> None:
    """None leaves the wait to the next strategy."""
    wait = built(f"{{type: WaitTimeFromHeader, header: Retry-After, {settings}}}", BACKOFF_STRATEGY)

    assert wait(json_response({}, 429, Retry_After=value), 1) == seconds


def test_a_headers_name_may_be_spelt_in_any_case() -> None:
    """RFC 9110 §5.1. The name may come from the config."""
    wait = built(
        "{type: WaitTimeFromHeader, header: \"{{ config['header'] }}\"}",
        BACKOFF_STRATEGY,
        header="retry-AFTER",
    )

    assert wait(json_response({}, 429, Retry_After="30"), 1) == 30


def test_an_outcome_without_the_header_has_no_wait() -> None:
    """Neither an answer that lacks it nor a failure without an answer."""
    wait = built("{type: WaitTimeFromHeader, header: Retry-After}", BACKOFF_STRATEGY)

    assert wait(json_response({}, 429), 1) is None
    assert wait(TransportFailure("timeout", "no answer in time"), 1) is None


def test_a_wait_that_is_too_long_stops_the_stream() -> None:
    """Waiting for hours helps nobody; the next run may find the limit lifted."""
    wait = built(
        """
        type: WaitTimeFromHeader
        header: Retry-After
        max_waiting_time_in_seconds: "{{ config['most'] }}"
        """,
        BACKOFF_STRATEGY,
        most=60,
    )

    with pytest.raises(RequestError, match=r"asks to wait 60 s, longer than the 60 s") as raised:
        wait(json_response({}, 429, Retry_After="60"), 1)

    assert raised.value.failure_type == "transient_error"


@pytest.mark.parametrize("type_name", ["WaitTimeFromHeader", "WaitUntilTimeFromHeader"])
def test_a_wrong_pattern_is_found_in_the_manifest(type_name: str) -> None:
    with pytest.raises(ManifestError, match="`regex` is not a regular expression"):
        component(f"{{type: {type_name}, header: Retry-After, regex: '['}}", BACKOFF_STRATEGY)
