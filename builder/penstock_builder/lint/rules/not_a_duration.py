from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed, parse_duration
from penstock_builder.lint import facts
from penstock_builder.lint.examples import cursor
from penstock_builder.lint.rule import Found, Rule

_FIELDS = ("step", "lookback_window", "cursor_granularity", "api_retention_period")


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("DatetimeBasedCursor", "StateDelegatingStream"):
        for name in _FIELDS:
            node = facts.constant_node(part, name)
            if node is None:
                continue
            try:
                parse_duration(node.value)
            except ValueError:
                yield Found(node, f"`{name}` is not an ISO-8601 duration", "write it as P1D, P1M or PT1H")


RULE = Rule(
    "not-a-duration",
    "error",
    "A length of time is not written as an ISO-8601 duration; the stream cannot be read.",
    _check,
    fails=(
        cursor("""
            step: 30 days # <-
            cursor_granularity: P1D
        """),
    ),
    passes=(
        cursor("""
            step: P30D
            cursor_granularity: P1D
            lookback_window: "P{{ config['start_date'] }}D"
        """),
    ),
)
