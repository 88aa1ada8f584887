from __future__ import annotations

from penstock.components.budgets import CALL_RATE_POLICY
from penstock.http.budget import FixedWindow
from penstock.testing.fakes import built


def window() -> FixedWindow:
    policy = built(
        "{type: FixedWindowCallRatePolicy, period: PT10S, call_limit: 2, matchers: []}", CALL_RATE_POLICY
    )
    assert isinstance(policy.window, FixedWindow)
    return policy.window


def test_a_window_begins_with_the_first_call() -> None:
    """Then the next begins where it ends, whether anything was called in it or not."""
    calls = window()

    assert [calls.take(1, now) for now in (5.0, 6.0, 7.0, 15.0, 44.0, 44.0, 44.0, 45.0)] == [
        0, 0, 8, 0, 0, 0, 1, 0,
    ]  # fmt: skip


def test_an_answer_tells_when_the_window_ends() -> None:
    """What is left can only be less than we think."""
    calls = window()

    calls.learn(9, 3.0, 0.0)
    assert [calls.take(1, now) for now in (0.0, 0.0, 1.0, 3.0)] == [0, 0, 2, 0]
    calls.learn(0, None, 4.0)
    assert calls.take(1, 4.0) == 9
    calls.learn(None, -5.0, 4.0)
    assert calls.take(1, 4.0) == 9
