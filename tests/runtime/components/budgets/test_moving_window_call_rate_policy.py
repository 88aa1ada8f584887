from __future__ import annotations

import pytest

from penstock.components.budgets import CALL_RATE_POLICY
from penstock.errors import ManifestError
from penstock.http.budget import MovingWindow
from penstock.testing.fakes import built


def test_every_rate_holds() -> None:
    """Two a second and three in ten: the third waits for the second to pass, the fourth for the ten."""
    policy = built(
        """
        type: MovingWindowCallRatePolicy
        rates: [{limit: 3, interval: PT10S}, {limit: 2, interval: PT1S}]
        matchers: []
        """,
        CALL_RATE_POLICY,
    )
    window = policy.window
    assert isinstance(window, MovingWindow)

    assert [window.take(1, now) for now in (0.0, 0.5, 0.75, 1.0, 2.0, 10.0)] == [0, 0, 0.25, 0, 8, 0]


def test_it_needs_a_rate() -> None:
    with pytest.raises(ManifestError, match="needs `rates`"):
        built("{type: MovingWindowCallRatePolicy, rates: [], matchers: []}", CALL_RATE_POLICY)
