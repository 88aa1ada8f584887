from __future__ import annotations

import pytest

from penstock.components.backoff_strategies import BACKOFF_STRATEGY
from penstock.errors import RequestError
from penstock.testing.fakes import NOW, built, json_response

NOW_SECONDS = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("settings", "value", "seconds"),
    [
        pytest.param("", f"{NOW_SECONDS + 30}", 30, id="a moment to come"),
        pytest.param("", f"{NOW_SECONDS + 0.25}", 0.25, id="part of a second"),
        pytest.param("", f"{NOW_SECONDS}", None, id="now"),
        pytest.param("", f"{NOW_SECONDS - 30}", None, id="a moment that is over"),
        pytest.param("", "tomorrow", None, id="words"),
        pytest.param(r'regex: "[0-9]+"', f"{NOW_SECONDS + 30}; w=1", 30, id="the pattern picks the time"),
        pytest.param("min_wait: 5", f"{NOW_SECONDS + 30}", 30, id="longer than the shortest wait"),
        pytest.param("min_wait: 5", f"{NOW_SECONDS + 2}", 5, id="at least the shortest wait"),
        pytest.param("min_wait: 5", f"{NOW_SECONDS - 30}", 5, id="the shortest wait where the time is over"),
        pytest.param("min_wait: 5", "tomorrow", 5, id="the shortest wait where there is no time"),
        pytest.param("min_wait: \"{{ config['least'] }}\"", "", 7, id="the shortest wait is in the config"),
        pytest.param(
            "max_waiting_time_in_seconds: 60", f"{NOW_SECONDS + 59}", 59, id="below the longest wait"
        ),
    ],
)
def test_the_wait_ends_at_the_time_in_a_header(settings: str, value: str, seconds: float | None) -> None:
    """The header holds epoch seconds. None leaves the wait to the next strategy."""
    wait = built(f"{{type: WaitUntilTimeFromHeader, header: X-Reset, {settings}}}", BACKOFF_STRATEGY, least=7)

    assert wait(json_response({}, 429, X_Reset=value), 1) == seconds


def test_a_time_too_far_away_stops_the_stream() -> None:
    wait = built(
        "{type: WaitUntilTimeFromHeader, header: X-Reset, max_waiting_time_in_seconds: 60}", BACKOFF_STRATEGY
    )

    with pytest.raises(RequestError, match=r"asks to wait 3600 s, longer than the 60 s") as raised:
        wait(json_response({}, 429, X_Reset=f"{NOW_SECONDS + 3600}"), 1)

    assert raised.value.failure_type == "transient_error"
