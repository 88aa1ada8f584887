"""Budgets: how many requests an API allows, and which ones count."""

from __future__ import annotations

import datetime as dt

from penstock.errors import ConfigError
from penstock.expressions.dates import parse_duration
from penstock.http.budget import Budget, Limit, Matcher, Policy
from penstock.registry import Kind

API_BUDGET: Kind[Budget] = Kind("api_budget", "What the API allows, over all streams.")
CALL_RATE_POLICY: Kind[Policy] = Kind("call_rate_policy", "A limit, and the requests that it is for.")
RATE: Kind[Limit] = Kind("rate", "So many calls in so much time.")
REQUEST_MATCHER: Kind[Matcher] = Kind("request_matcher", "Picks requests.")


def seconds_of(duration: str, what: str) -> float:
    """The seconds of an ISO-8601 duration without months and years. Raises ConfigError."""
    try:
        length = parse_duration(duration)
    except ValueError:
        length = None
    if not isinstance(length, dt.timedelta):
        raise ConfigError(f"{what} is not an ISO-8601 duration such as PT1M or P1D")
    if length <= dt.timedelta(0):
        raise ConfigError(f"{what} is not longer than nothing")
    return length.total_seconds()
