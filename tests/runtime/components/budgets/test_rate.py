from __future__ import annotations

import pytest

from penstock.components.budgets import RATE
from penstock.errors import ConfigError, ExpressionError
from penstock.http.budget import Limit
from penstock.testing.fakes import built


def test_a_rate_may_come_from_the_config() -> None:
    """The limit is a number, or a template that gives one; the interval is a duration."""
    assert built("{type: Rate, limit: 60, interval: PT1M}", RATE) == Limit(60, 60.0)
    assert built("{type: Rate, limit: \"{{ config['calls'] }}\", interval: P1D}", RATE, calls=5) == Limit(
        5, 86_400.0
    )


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        pytest.param("limit: 0, interval: PT1M", "at least 1", id="no calls"),
        pytest.param("limit: 1, interval: 60s", "not an ISO-8601 duration", id="no duration"),
        pytest.param(
            "limit: 1, interval: P1M", "not an ISO-8601 duration", id="a month, which has no fixed length"
        ),
        pytest.param("limit: 1, interval: PT0S", "not longer than nothing", id="no time"),
    ],
)
def test_a_rate_allows_something_in_some_time(rate: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        built(f"{{type: Rate, {rate}}}", RATE)


def test_a_limit_is_a_whole_number() -> None:
    with pytest.raises(ExpressionError, match="`limit` is not a whole number"):
        built("{type: Rate, limit: many, interval: PT1M}", RATE)
