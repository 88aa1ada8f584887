from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed, parse_duration
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule

_FIELDS = ("step", "lookback_window", "cursor_granularity", "api_retention_period")


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("DatetimeBasedCursor", "StateDelegatingStream"):
        for name in _FIELDS:
            text = facts.constant(part, name)
            node = part.get(name)
            if text is None or node is None:
                continue
            try:
                parse_duration(text)
            except ValueError:
                yield Found(node, f"`{name}` is not an ISO-8601 duration", "write it as P1D, P1M or PT1H")


RULE = Rule(
    "not-a-duration",
    "error",
    "A length of time is not written as an ISO-8601 duration; the stream cannot be read.",
    _check,
    fails=(
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "2024-01-01"
              start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
              step: 30 days # <-
              cursor_granularity: P1D
        """),
    ),
    passes=(
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "2024-01-01"
              start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}
              step: P30D
              cursor_granularity: P1D
              lookback_window: "P{{ config['start_date'] }}D"
        """),
    ),
)
