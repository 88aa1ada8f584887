from __future__ import annotations

import pytest

from penstock.components.backoff_strategies import BACKOFF_STRATEGY
from penstock.testing.fakes import built, json_response


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        pytest.param("", [10, 20, 40, 80], id="the factor is 5 by default"),
        pytest.param("factor: 2", [4, 8, 16, 32], id="another factor"),
        pytest.param("factor: 0.5", [1, 2, 4, 8], id="part of a second"),
        pytest.param("factor: 0", [10, 20, 40, 80], id="no wait at all is not on offer"),
        pytest.param("factor: \"{{ config['factor'] }}\"", [6, 12, 24, 48], id="a factor of the config"),
        pytest.param("factor: 2, jitter_range_in_seconds: 3", [7, 11, 19, 35], id="with jitter"),
    ],
)
def test_the_wait_doubles_with_each_attempt(settings: str, seconds: list[float]) -> None:
    """`factor * 2 ** attempt`, and the first attempt has the number 1. The fake jitter draws one half."""
    wait = built(f"{{type: ExponentialBackoffStrategy, {settings}}}", BACKOFF_STRATEGY, factor=3)

    assert [wait(json_response({}, 503), attempt) for attempt in (1, 2, 3, 4)] == seconds
