from __future__ import annotations

from penstock.components.backoff_strategies import BACKOFF_STRATEGY
from penstock.testing.fakes import built, json_response


def test_a_class_tells_how_long_to_wait() -> None:
    """It has the clock of the run."""
    wait = built("{type: CustomBackoffStrategy, class_name: components.QuotaReset}", BACKOFF_STRATEGY)

    assert wait(json_response({}, 429), 1) == 6.0
