from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from penstock.authoring import Placed, parser
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for cursor in tree.find("DatetimeBasedCursor"):
        start, end = _moment(cursor, "start_datetime"), _moment(cursor, "end_datetime")
        node = cursor.get("end_datetime")
        if start and end and node and end < start:
            yield Found(
                node, "the cursor ends before it starts, so nothing is read", "swap the moments", at_key=True
            )


def _moment(cursor: Placed, name: str) -> dt.datetime | None:
    part = cursor.part(name)
    text = facts.constant(part, "datetime") if part else facts.constant(cursor, name)
    own = facts.constant(part, "datetime_format") if part else None
    format_ = own or facts.constant(cursor, "datetime_format")
    try:
        return parser(format_)(text) if format_ and text else None
    except (ValueError, TypeError, OverflowError):
        return None


RULE = Rule(
    "start-after-end",
    "warning",
    "A cursor ends before it starts.",
    _check,
    fails=(
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "2024-06-01"
              end_datetime: "2024-01-01" # <-
              is_client_side_incremental: true
        """),
    ),
    passes=(
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%d"
              start_datetime: "2024-01-01"
              end_datetime: "{{ today_utc() }}"
              is_client_side_incremental: true
        """),
    ),
)
