from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Node, Placed, parser
from penstock_builder.lint import facts
from penstock_builder.lint.examples import stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for cursor in tree.find("DatetimeBasedCursor"):
        format_ = facts.constant(cursor, "datetime_format") or ""
        for name in ("start_datetime", "end_datetime"):
            part, node = cursor.part(name), cursor.get(name)
            if part is not None:
                own = facts.constant(part, "datetime_format") or format_
                for field in ("datetime", "min_datetime", "max_datetime"):
                    yield from _problem(part.get(field), own)
            else:
                yield from _problem(node, format_)


def _problem(node: Node | None, format_: str) -> Iterator[Found]:
    if (
        node is None
        or not isinstance(node.value, str)
        or facts.is_template(node.value)
        or "%" not in format_
        or not node.value
    ):
        return
    try:
        parser(format_)(node.value)
    except (ValueError, TypeError, OverflowError):
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
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%dT%H:%M:%SZ"
              start_datetime: "2024-01-01" # <-
              is_client_side_incremental: true
        """),
    ),
    passes=(
        stream("""
            incremental_sync:
              type: DatetimeBasedCursor
              cursor_field: updated_at
              datetime_format: "%Y-%m-%dT%H:%M:%SZ"
              start_datetime: {type: MinMaxDatetime, datetime: "2024-01-01", datetime_format: "%Y-%m-%d"}
              is_client_side_incremental: true
        """),
    ),
)
