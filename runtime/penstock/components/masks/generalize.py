from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

from penstock.components.masks import MASK
from penstock.masking.iso_text import iso_text
from penstock.masking.rounding import multiple, number_in, steps_in
from penstock.masking.techniques import Technique, UnmaskableError, number_text, plain_schema, text_schema
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any
Unit = Literal["day", "month", "quarter", "year"]

FINEST_PLACE = 5
"""Decimals of a degree; a metre."""

_COORDINATE = r"[+-]?\d{1,3}(\.\d{1,40})?"
_PLACE = re.compile(rf"{_COORDINATE}(\s?[,; ]\s?{_COORDINATE}){{0,2}}", re.ASCII)


@component(MASK)
class Generalize:
    """Something that many have in common, in place of the value: a date's year, a number's bucket, a place nearby.

    Dates become text such as 2024, 2024-Q1 or 2024-03; numbers text such as [20, 30), from 20 to below 30; the numbers
    of a place stay numbers.
    """

    to: Unit | None = field(default=None, doc="What dates and date-times become.", examples=("year",))
    bucket: float | None = field(default=None, doc="The size of the buckets of numbers.", examples=(10,))
    decimals: int | None = field(
        default=None,
        doc="Decimals that are left of the degrees of a place; with 1 it is within 6 km.",
        examples=(1,),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """One of the three ways is chosen, and it can work."""
        chosen = [way for way in (self.to, self.bucket, self.decimals) if way is not None]
        if len(chosen) != 1:
            yield "type", "give one of `to`, `bucket` and `decimals`"
        if self.bucket is not None and not 0 < self.bucket < float("inf"):
            yield "bucket", "`bucket` is above zero"
        if self.decimals is not None and not 0 <= self.decimals <= FINEST_PLACE:
            yield "decimals", f"`decimals` is 0 to {FINEST_PLACE}"

    def build(self, using: Resources) -> Technique:
        if self.to is not None:
            return Technique("Generalize", _named(self.to), text_schema)
        if self.bucket is not None:
            size = int(self.bucket) if float(self.bucket).is_integer() else self.bucket
            return Technique("Generalize", _bucketed(size), text_schema)
        return Technique("Generalize", _nearby(self.decimals or 0), plain_schema)


def _named(unit: Unit) -> Callable[[Json], str]:
    def mask(value: Json) -> str:
        day = iso_text(value).day
        if unit == "quarter":
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        return day.isoformat()[: len({"year": "2024", "month": "2024-03", "day": "2024-03-17"}[unit])]

    return mask


def _bucketed(size: float) -> Callable[[Json], str]:
    def mask(value: Json) -> str:
        count = steps_in(number_in(value), size)
        return f"[{number_text(multiple(count, size))}, {number_text(multiple(count + 1, size))})"

    return mask


def _nearby(decimals: int) -> Callable[[Json], Json]:
    def mask(value: Json) -> Json:
        if isinstance(value, str) and _PLACE.fullmatch(value):
            return re.sub(_COORDINATE, lambda found: f"{float(found.group()):.{decimals}f}", value)
        if isinstance(value, str):
            raise UnmaskableError("no coordinates")
        return round(number_in(value), decimals)

    return mask
