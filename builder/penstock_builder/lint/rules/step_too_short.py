from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed, resolution
from penstock_builder.lint import facts
from penstock_builder.lint.examples import Example, cursor
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in facts.datetime_cursors(tree):
        node = part.get("step")
        step = facts.duration(part, "step")
        granularity = facts.duration(part, "cursor_granularity")
        format_ = facts.format_with_codes(part)
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
        elif format_ and step < resolution(format_):
            yield Found(
                node,
                f"`step` is shorter than what `{format_}` can tell, so windows repeat one another",
                "make `step` longer, or use a finer `datetime_format`",
                at_key=True,
            )


def _example(step: str, granularity: str, mark: str = "") -> Example:
    return cursor(f"""
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
