from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import cursor
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in facts.datetime_cursors(tree):
        start, end = _moment(part, "start_datetime"), _moment(part, "end_datetime")
        node = part.get("end_datetime")
        if start and end and node and end < start:
            yield Found(
                node, "the cursor ends before it starts, so nothing is read", "swap the moments", at_key=True
            )


def _moment(cursor: Placed, name: str) -> dt.datetime | None:
    own = cursor.part(name)
    text = facts.constant(own, "datetime") if own else facts.constant(cursor, name)
    format_ = facts.format_of_moment(cursor, own)
    return facts.moment(text, format_) if format_ and text else None


RULE = Rule(
    "start-after-end",
    "warning",
    "A cursor ends before it starts.",
    _check,
    fails=(
        cursor("""
            start_datetime: "2024-06-01"
            end_datetime: "2024-01-01" # <-
        """),
    ),
    passes=(
        cursor("""
            start_datetime: "2024-01-01"
            end_datetime: "{{ today_utc() }}"
        """),
    ),
)
