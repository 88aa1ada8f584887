from __future__ import annotations

import pytest

from penstock.components.backoff_strategies import BACKOFF_STRATEGY
from penstock.errors import ExpressionError
from penstock.testing.fakes import built, json_response


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        pytest.param("backoff_time_in_seconds: 30", 30, id="a number"),
        pytest.param("backoff_time_in_seconds: 0.5", 0.5, id="part of a second"),
        pytest.param("backoff_time_in_seconds: \"{{ config['wait'] }}\"", 12, id="a number of the config"),
        pytest.param("backoff_time_in_seconds: 30, jitter_range_in_seconds: 4", 34, id="with jitter"),
    ],
)
def test_the_wait_is_the_same_before_every_attempt(settings: str, seconds: float) -> None:
    """Jitter adds a random share of twice its range; the fake resources draw one half."""
    wait = built(f"{{type: ConstantBackoffStrategy, {settings}}}", BACKOFF_STRATEGY, wait=12)

    assert [wait(json_response({}, 503), attempt) for attempt in (1, 2, 9)] == [seconds] * 3


def test_a_wait_that_is_no_number_is_an_error_before_any_request() -> None:
    """The template of a missing setting gives empty text."""
    with pytest.raises(ExpressionError, match="`backoff_time_in_seconds` is not a number"):
        built(
            "{type: ConstantBackoffStrategy, backoff_time_in_seconds: \"{{ config['missing'] }}\"}",
            BACKOFF_STRATEGY,
        )
