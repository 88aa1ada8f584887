from __future__ import annotations

from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import cursor
from penstock_builder.lint.rule import Found, Rule


def _check(tree: Placed) -> Iterator[Found]:
    for part in tree.find("DatetimeBasedCursor", "MinMaxDatetime"):
        for node in facts.datetime_formats(part):
            if "%" not in node.value:
                yield Found(
                    node,
                    "this format has no `%` codes, so it stands for one text and not for moments",
                    "write it with `strptime` codes such as %Y-%m-%dT%H:%M:%SZ, or as %s or %ms",
                )


RULE = Rule(
    "not-a-datetime-format",
    "warning",
    "A format of moments has no `strptime` codes.",
    _check,
    fails=(cursor("datetime_format: YYYY-MM-DD # <-"),),
    passes=(cursor('datetime_format: "%Y-%m-%d"'),),
)
