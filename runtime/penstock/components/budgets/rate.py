from __future__ import annotations

from penstock.components.budgets import RATE, seconds_of
from penstock.errors import ConfigError
from penstock.expressions.forms import Text, whole_number
from penstock.http.budget import Limit
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(RATE)
class Rate:
    """At most so many calls in any stretch of time of this length."""

    limit: Text = field(
        doc="The most calls.", unit="calls", examples=(60, "{{ config['calls_per_minute'] }}")
    )
    interval: str = field(doc="The length, as an ISO-8601 duration.", examples=("PT1M",))

    def build(self, using: Resources) -> Limit:
        calls = whole_number(self.limit({"config": using.config}), "`limit`")
        if calls < 1:
            raise ConfigError("the `limit` of a Rate is at least 1")
        return Limit(calls, seconds_of(self.interval, "the `interval` of a Rate"))
