from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from penstock.components.cursors import CLAMPING, Clamp
from penstock.errors import ConfigError
from penstock.expressions.forms import Text
from penstock.hints import did_you_mean, listed
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.registry import component, field

Json = Any
Floor = Callable[[dt.datetime], dt.datetime]

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
TARGETS = ("DAY", "WEEK", "MONTH")


@component(CLAMPING)
class Clamping:
    """Let windows begin with a day, week or month and end with one, for APIs that sum up by them.

    What comes before the first whole one, and after the last, is not read.
    """

    target: Text = field(doc="`DAY`, `WEEK` or `MONTH`.", examples=("MONTH", "DAY"))
    target_details: dict[str, Json] | None = field(
        default=None, doc="For weeks, the `weekday` that they begin with.", examples=({"weekday": "MONDAY"},)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A target that there is, and for weeks a weekday."""
        target = self.target.constant
        if target is not None and target not in TARGETS:
            yield "target", f"`target` is one of {listed(TARGETS)}"
        if target == "WEEK" and self._weekday not in WEEKDAYS:
            yield "target_details", f"weeks need `target_details` with a `weekday`: one of {listed(WEEKDAYS)}"

    def build(self, using: Resources) -> Clamp:
        target = self.target.text({"config": using.config})
        if target == "DAY":
            return _Clamp(_day, dt.timedelta(days=1), dt.timedelta(seconds=1))
        if target == "MONTH":
            return _Clamp(_month, dt.timedelta(days=31), dt.timedelta(days=1))
        if target != "WEEK" or self._weekday not in WEEKDAYS:
            hint = did_you_mean(target, TARGETS) or f"one of {listed(TARGETS)}; weeks need a `weekday`"
            raise ConfigError("`target` of `clamping` is not a day, week or month", hint=hint)
        return _Clamp(_week(WEEKDAYS.index(self._weekday)), dt.timedelta(days=7), dt.timedelta(days=1))

    @property
    def _weekday(self) -> str:
        return str((self.target_details or {}).get("weekday"))


@dataclass(frozen=True, slots=True)
class _Clamp:
    """`floor` gives the boundary before a moment, and the next is at most `most` further; `usual` is the granularity."""

    floor: Floor
    most: dt.timedelta
    usual: dt.timedelta

    def up(self, moment: dt.datetime) -> dt.datetime:
        before = self.floor(moment)
        return before if before == moment else self.floor(before + self.most)

    def last(self, end: dt.datetime, granularity: Any) -> dt.datetime:
        boundary = self.floor(end)
        last: dt.datetime = boundary - (granularity or self.usual)
        return last


def _day(moment: dt.datetime) -> dt.datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _month(moment: dt.datetime) -> dt.datetime:
    return _day(moment).replace(day=1)


def _week(first: int) -> Floor:
    return lambda moment: _day(moment) - dt.timedelta(days=(moment.weekday() - first) % 7)
