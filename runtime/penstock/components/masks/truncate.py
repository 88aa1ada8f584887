from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from penstock.components.masks import MASK
from penstock.masking.iso_text import iso_text
from penstock.masking.rounding import multiple, number_in, steps_in
from penstock.masking.techniques import (
    Technique,
    date_schema,
    number_text,
    plain_schema,
    text_schema,
    types_of,
)
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any
Unit = Literal["year", "month", "day", "hour", "minute"]

_KEPT_OF_TIME: Mapping[str, int] = {"hour": len("T10"), "minute": len("T10:20")}


@component(MASK)
class Truncate:
    """The beginning of a value: its first characters, a date or date-time cut to a unit, or a number rounded down.

    A date stays a date and a number a number: 2024-03-17 cut to its month is 2024-03-01.
    """

    keep_first: int | None = field(
        default=None, doc="Characters kept at the start.", unit="characters", examples=(3,)
    )
    to: Unit | None = field(default=None, doc="What dates and date-times are cut to.", examples=("month",))
    step: float | None = field(
        default=None,
        doc="Numbers are rounded down to a multiple of this, numbers in text too.",
        examples=(100,),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """One of the three ways is chosen, and it can work."""
        chosen = [way for way in (self.keep_first, self.to, self.step) if way is not None]
        if len(chosen) != 1:
            yield "type", "give one of `keep_first`, `to` and `step`"
        if self.keep_first is not None and self.keep_first < 1:
            yield "keep_first", "`keep_first` is at least 1"
        if self.step is not None and not 0 < self.step < float("inf"):
            yield "step", "`step` is above zero"

    def build(self, using: Resources) -> Technique:
        if self.to is not None:
            return Technique("Truncate", _cut_to(self.to), date_schema)
        if self.step is not None:
            return _rounded(int(self.step) if float(self.step).is_integer() else self.step)
        return Technique("Truncate", _shortened(self.keep_first or 1), text_schema)


def _shortened(length: int) -> Callable[[Json], str]:
    return lambda value: (value if isinstance(value, str) else number_text(value))[:length]


def _cut_to(unit: Unit) -> Callable[[Json], str]:
    kept = _KEPT_OF_TIME.get(unit, 0)

    def mask(value: Json) -> str:
        moment = iso_text(value)
        day = moment.day
        if unit in ("year", "month"):
            day = day.replace(month=1 if unit == "year" else day.month, day=1)
        time = moment.time[:kept] + re.sub(r"\d", "0", moment.time[kept:])
        return str(replace(moment, day=day, time=time))

    return mask


def _rounded(step: float) -> Technique:
    def mask(value: Json) -> Json:
        rounded = multiple(steps_in(number_in(value), step), step)
        return number_text(rounded) if isinstance(value, str) else rounded

    def schema(given: Mapping[str, Json]) -> Json:
        kinds = types_of(given)
        if "integer" in kinds and not isinstance(step, int):
            given = {
                **given,
                "type": [*(kind for kind in kinds if kind not in {"integer", "number"}), "number"],
            }
        return plain_schema(given)

    return Technique("Truncate", mask, schema)
