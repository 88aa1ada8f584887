from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed, resolution
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, cursor
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in facts.datetime_cursors(tree):
        node = part.get("cursor_granularity")
        granularity = facts.duration(part, "cursor_granularity")
        format_ = facts.format_with_codes(part)
        if node is None or granularity is None or not format_ or not _sends_ends(part):
            continue
        if granularity > resolution(format_):
            yield Found(
                node,
                f"windows leave gaps: one ends {node.value} before the next begins, and `{format_}` tells smaller steps",
                "set `cursor_granularity` to the smallest step of `datetime_format`",
                at_key=True,
            )


def _sends_ends(cursor: Placed) -> bool:
    """Whether the API hears of the ends of windows."""
    if cursor.get("end_time_option") is not None:
        return True
    retriever = facts.retriever_beside(cursor)
    end = cursor.value("partition_field_end")
    return retriever is not None and any(end in path for path in facts.paths_read(retriever))


def _example(granularity: str, mark: str) -> Example:
    return cursor(f"""
        datetime_format: "%Y-%m-%dT%H:%M:%SZ"
        end_time_option: {{type: RequestOption, inject_into: request_parameter, field_name: to}}
        step: P30D
        cursor_granularity: {granularity}{mark}
    """)


RULE = Rule(
    "window-gaps",
    "warning",
    "Windows of a cursor leave gaps, because its granularity is coarser than what its format can tell.",
    _check,
    fails=(_example("P1D", " # <-"),),
    passes=(_example("PT1S", ""),),
)
