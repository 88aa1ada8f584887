from __future__ import annotations

import re
from collections.abc import Iterator

from penstock.authoring import Placed
from penstock_builder.lint import facts
from penstock_builder.lint.examples import cursor
from penstock_builder.lint.rule import Found, Rule

_HOUR = re.compile(r"%[HIXc]")
_ZONE = re.compile(r"%:?z|Z|UTC|GMT|\+00:?00")
"""A code for the zone, or text that only a moment in UTC has."""


def _check(tree: Placed) -> Iterator[Found]:
    for part in facts.datetime_cursors(tree):
        for node in facts.datetime_formats(part):
            codes = node.value.replace("%%", "")
            if _HOUR.search(codes) and not _ZONE.search(codes):
                yield Found(
                    node,
                    "this format has a time of day and no zone: values are read as UTC, and a record of another zone "
                    "is saved without its own, so records can be lost",
                    "add %z, or make sure the API tells UTC",
                )


RULE = Rule(
    "format-without-zone",
    "warning",
    "A cursor's format has a time of day and no zone, so records of other zones than UTC can be lost.",
    _check,
    fails=(
        cursor('datetime_format: "%Y-%m-%dT%H:%M:%S" # <-'),
        cursor("""
            datetime_format: "%Y-%m-%dT%H:%M:%SZ"
            cursor_datetime_formats:
              - "%Y-%m-%dT%H:%M:%S.%f%z"
              - "%d.%m.%Y %I:%M %p" # <-
        """),
    ),
    passes=(
        cursor('datetime_format: "%Y-%m-%dT%H:%M:%S%z"'),
        cursor("""
            datetime_format: "%Y-%m-%dT%H:%M:%SZ"
            cursor_datetime_formats: ["%s", "%ms", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S+00:00"]
        """),
    ),
)
