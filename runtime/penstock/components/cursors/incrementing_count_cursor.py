from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field as dataclass_field
from dataclasses import replace
from typing import Any

from penstock.components.cursors import CURSOR, chosen_field
from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.errors import ConfigError
from penstock.expressions.forms import Text
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.lean import dataclass
from penstock.records.cursor import Cursor, Record, Window
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

Json = Any


@component(CURSOR)
class IncrementingCountCursor:
    """Read the records whose number is higher than the last time, such as an id that only grows.

    Does not go together with a partition router.
    """

    cursor_field: Text = field(doc="The record's field that holds the number.", examples=("id",))
    start_value: Text | None = field(
        default=None, doc="The number to begin with; 0 by default.", examples=(0, "{{ config['first_id'] }}")
    )
    start_value_option: Buildable[Injection] | None = field(
        default=None, doc="Where the number goes.", slot=REQUEST_OPTION, implied="RequestOption"
    )
    allow_catalog_defined_cursor_field: bool = field(
        default=False, doc="Let the configured catalog choose the cursor field."
    )

    def build(self, using: Resources) -> Cursor:
        scope = {"config": using.config}
        start = _number(self.start_value(scope)) if self.start_value is not None else 0
        if start is None:
            raise ConfigError(
                "`start_value` is not a number",
                hint="check what it takes from the config",
            )
        by_catalog = self.allow_catalog_defined_cursor_field
        return _CountCursor(
            field=chosen_field(self.cursor_field.text(scope), using, by_catalog=by_catalog),
            start=int(start),
            option=self.start_value_option.build(using) if self.start_value_option else None,
        )


@dataclass(frozen=True, slots=True)
class _Reached:
    """`start` is what the next window begins with, `high` what the state says; `extra` are other keys of the state."""

    start: Any
    high: Any
    extra: Mapping[str, Json] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _CountCursor:
    """Progress is a `_Reached`; a position is a number."""

    field: str
    start: int
    option: Injection | None
    ordered: bool = False
    one_for_all: bool = False
    filters_here: bool = False
    ends_paging: bool = False

    def open(self, saved: Mapping[str, Json]) -> _Reached:
        if "state_type" in saved:
            return self._from_ranges(saved.get("slices") or ())
        extra = {key: value for key, value in saved.items() if key != self.field}
        value = saved.get(self.field)
        reached = self.start if value is None else max(self._saved(value), self.start)
        return _Reached(reached, reached, extra)

    def dump(self, progress: _Reached) -> Mapping[str, Json]:
        return {**progress.extra, self.field: progress.high}

    def windows(self, progress: _Reached) -> Iterator[Window]:
        yield {"start": progress.start, "end": math.inf}

    def highest(self, records: Sequence[Record]) -> Any:
        numbers = (_number(record.get(self.field)) for record in records)
        return max((number for number in numbers if number is not None), default=None)

    def advance(self, progress: _Reached, high: Any) -> _Reached:
        return replace(progress, high=max(progress.high, high))

    def close(self, progress: _Reached, window: Window, high: Any) -> _Reached:
        return progress if high is None else self.advance(progress, high)

    def rest(self, window: Window, reached: Any) -> Window:
        return {**window, "start": reached}

    def options(self, window: Window) -> RequestOptions:
        return NO_OPTIONS if self.option is None or not window else self.option.options(window["start"])

    def belongs(self, progress: _Reached) -> Callable[[Record], bool]:
        return lambda record: True

    def earlier(self, progress: _Reached, seconds: int) -> _Reached:
        return progress

    def _from_ranges(self, ranges: Sequence[Mapping[str, Json]]) -> _Reached:
        """The furthest of ranges without a gap, as other versions of the reference runtime save it."""
        reached, high = self.start, self.start
        for part in sorted(ranges, key=lambda part: self._saved(part["start"])):
            if self._saved(part["start"]) > reached:
                break
            reached = max(reached, self._saved(part["end"]))
            recent = part.get("most_recent_cursor_value")
            high = max(high, self._saved(part["start"] if recent is None else recent))
        return _Reached(reached, high)

    def _saved(self, value: Json) -> Any:
        number = _number(value)
        if number is None:
            raise ConfigError(
                f"the saved state of cursor field `{self.field}` is not a number",
                hint="start again without the state",
            )
        return number


def _number(value: Json) -> Any:
    """The number that a value is or spells; None for none."""
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        return None
    return value
