from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed, resolution
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, stream
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for cursor in tree.find("DatetimeBasedCursor"):
        node = cursor.get("step")
        step = facts.duration(cursor, "step")
        granularity = facts.duration(cursor, "cursor_granularity")
        format_ = facts.constant(cursor, "datetime_format")
        if node is None or step is None:
            continue
        if granularity is not None and step < granularity:
            yield Found(
                node,
                "`step` is shorter than `cursor_granularity`, so windows would end before they start",
                "make `step` longer, or `cursor_granularity` the smallest step of `datetime_format`",
                at_key=True,
                severity="error",
            )
        elif format_ and "%" in format_ and step < resolution(format_):
            yield Found(
                node,
                f"`step` is shorter than what `{format_}` can tell, so windows repeat one another",
                "make `step` longer, or use a finer `datetime_format`",
                at_key=True,
            )


def _example(step: str, granularity: str, mark: str = "") -> Example:
    return stream(f"""
        incremental_sync:
          type: DatetimeBasedCursor
          cursor_field: updated_at
          datetime_format: "%Y-%m-%d"
          start_datetime: "2024-01-01"
          start_time_option: {{type: RequestOption, inject_into: request_parameter, field_name: from}}
          step: {step}{mark}
          cursor_granularity: {granularity}
    """)


RULE = Rule(
    "step-too-short",
    "warning",
    "The windows of a cursor are shorter than its granularity, or than what its format can tell.",
    _check,
    fails=(_example("PT1H", "P1D", " # <-"), _example("PT1H", "PT1H", " # <-")),
    passes=(_example("P1D", "P1D"),),
)
