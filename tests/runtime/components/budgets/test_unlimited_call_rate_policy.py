from __future__ import annotations

from penstock.components.budgets import CALL_RATE_POLICY
from penstock.testing.fakes import built


def test_there_is_no_limit() -> None:
    policy = built("{type: UnlimitedCallRatePolicy, matchers: [{method: GET}]}", CALL_RATE_POLICY)

    assert policy.window is None
    assert [matcher.method for matcher in policy.matchers] == ["GET"]
