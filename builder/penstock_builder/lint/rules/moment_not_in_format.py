from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import cursor
from penstock_builder.lint.rule import Found, Rule

_OWN_FIELDS = ("datetime", "min_datetime", "max_datetime")


def _check(tree: Placed) -> Iterator[Found]:
    for part in facts.datetime_cursors(tree):
        for name in ("start_datetime", "end_datetime"):
            own = part.part(name)
            format_ = facts.format_of_moment(part, own)
            for field in _OWN_FIELDS if own else (name,):
                node = facts.constant_node(own or part, field)
                if node and node.value and "%" in format_ and facts.moment(node.value, format_) is None:
                    yield Found(
                        node,
                        f"this moment is not written as `{format_}`",
                        "write it so, or give a MinMaxDatetime a `datetime_format` of its own",
                    )


RULE = Rule(
    "moment-not-in-format",
    "error",
    "A moment is not written in the format that its cursor reads; the stream cannot be read.",
    _check,
    fails=(
        cursor("""
            datetime_format: "%Y-%m-%dT%H:%M:%SZ"
            start_datetime: "2024-01-01" # <-
        """),
    ),
    passes=(
        cursor("""
            datetime_format: "%Y-%m-%dT%H:%M:%SZ"
            start_datetime: {type: MinMaxDatetime, datetime: "2024-01-01", datetime_format: "%Y-%m-%d"}
        """),
    ),
)
