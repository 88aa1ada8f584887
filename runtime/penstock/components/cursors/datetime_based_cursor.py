from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from penstock.components.cursors import CLAMPING, CURSOR, MOMENT, Clamp, Moment, chosen_field
from penstock.components.cursors.min_max_datetime import read_moment
from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.errors import ConfigError
from penstock.expressions.dates import formatter, parse, parse_duration, resolution
from penstock.expressions.forms import Text
from penstock.http.request import NO_OPTIONS, RequestOptions, combine
from penstock.lean import dataclass
from penstock.records.cursor import Cursor, Record, Window
from penstock.records.intervals import NONE, Interval, Intervals
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field

MILLISECOND = dt.timedelta(milliseconds=1)


@component(CURSOR)
class DatetimeBasedCursor:
    """Read the records that changed since the last time, in windows of time."""

    cursor_field: Text = field(doc="The record's field that says when it changed.", examples=("updated_at",))
    datetime_format: str = field(
        doc="How the API takes moments, and how state is written: `strptime` codes, `%s` or `%ms` for epochs.",
        examples=("%Y-%m-%dT%H:%M:%SZ", "%s"),
    )
    start_datetime: Buildable[Moment] | Text = field(
        doc="The earliest moment to read from.",
        slot=MOMENT,
        implied="MinMaxDatetime",
        examples=("{{ config['start_date'] }}",),
    )
    end_datetime: Buildable[Moment] | Text | None = field(
        default=None,
        doc="The latest moment to read to; now by default.",
        slot=MOMENT,
        implied="MinMaxDatetime",
    )
    cursor_datetime_formats: list[str] = field(
        default=[], doc="How records write the cursor field; tried in order before `datetime_format`."
    )
    step: Text | None = field(
        default=None, doc="Length of a window; one window by default.", examples=("P30D",)
    )
    cursor_granularity: str | None = field(
        default=None,
        doc="The smallest step of `datetime_format`: windows end this much before the next.",
        examples=("PT1S",),
    )
    lookback_window: Text | None = field(
        default=None, doc="Read again this much before the saved state.", examples=("P7D",)
    )
    start_time_option: Buildable[Injection] | None = field(
        default=None, doc="Where the window's start goes.", slot=REQUEST_OPTION, implied="RequestOption"
    )
    end_time_option: Buildable[Injection] | None = field(
        default=None, doc="Where the window's end goes.", slot=REQUEST_OPTION, implied="RequestOption"
    )
    partition_field_start: str = field(
        default="start_time", doc="Name of the window's start in `stream_interval`."
    )
    partition_field_end: str = field(default="end_time", doc="Name of the window's end in `stream_interval`.")
    is_data_feed: bool = field(
        default=False, doc="The API cannot filter, and gives the newest records first."
    )
    is_client_side_incremental: bool = field(
        default=False, doc="The API cannot filter; drop old records here."
    )
    is_compare_strictly: bool = field(
        default=False, doc="Read nothing where the saved state is at the end already."
    )
    global_substream_cursor: bool = field(default=False, doc="Keep one position for all partitions.")
    clamping: Buildable[Clamp] | None = field(
        default=None,
        doc="Align windows to days, weeks or months; a part of one at either end is left out.",
        slot=CLAMPING,
        implied="Clamping",
        examples=({"target": "MONTH"},),
    )
    allow_catalog_defined_cursor_field: bool = field(
        default=False, doc="Let the configured catalog choose the cursor field."
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """`step` and `cursor_granularity` go together."""
        if (self.step is None) != (self.cursor_granularity is None):
            yield "step", "`step` and `cursor_granularity` are set together or not at all"

    def build(self, using: Resources) -> Cursor:
        scope = {"config": using.config}
        start = _moment(self.start_datetime, self.datetime_format, using)()
        end = _moment(self.end_datetime, self.datetime_format, using) if self.end_datetime else using.clock
        names = (self.partition_field_start, self.partition_field_end)
        options = [
            (name, option.build(using))
            for name, option in zip(names, (self.start_time_option, self.end_time_option), strict=True)
            if option is not None
        ]
        step = _step(self.step.text(scope), start) if self.step else None
        granularity = self._granularity(start, step)
        by_catalog = self.allow_catalog_defined_cursor_field
        return _DatetimeCursor(
            field=chosen_field(self.cursor_field.text(scope), using, by_catalog=by_catalog),
            formats=(*self.cursor_datetime_formats, self.datetime_format),
            format=formatter(self.datetime_format),
            start=start,
            end=end,
            step=step,
            granularity=granularity,
            clamp=self.clamping.build(using) if self.clamping else None,
            coarseness=resolution(self.datetime_format),
            lookback=_duration(self.lookback_window.text(scope), "lookback_window")
            if self.lookback_window
            else None,
            names=names,
            injections=tuple(options),
            one_for_all=self.global_substream_cursor,
            filters_here=self.is_client_side_incremental and not self.is_data_feed,
            ends_paging=self.is_data_feed,
            strict=self.is_compare_strictly,
        )

    def _granularity(self, start: dt.datetime, step: Any) -> Any:
        if self.cursor_granularity is None:
            return None
        granularity = _duration(self.cursor_granularity, "cursor_granularity")
        if step is not None and start + step < start + granularity:
            raise ConfigError(
                "`step` is shorter than `cursor_granularity`, so windows would end before they start",
                hint="make `step` at least as long, or `cursor_granularity` the smallest unit of `datetime_format`",
            )
        return granularity


def _moment(declared: Any, format_: str, using: Resources) -> Callable[[], dt.datetime]:
    if isinstance(declared, Text):
        return lambda: read_moment(declared, format_, using)
    built: Moment = declared.build(using)
    return lambda: built(format_)


def _duration(text: str, what: str) -> Any:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ConfigError(f"`{what}` is {error}", hint="write it as P1D, P1M or PT1H") from None


def _step(text: str, start: dt.datetime) -> Any:
    step = _duration(text, "step")
    if start + step <= start:
        raise ConfigError("`step` is not longer than nothing", hint="write it as P30D, or leave it out")
    return step


@dataclass(frozen=True, slots=True)
class _DatetimeCursor:
    """Progress is `Intervals`; a position is an aware datetime."""

    field: str
    formats: tuple[str, ...]
    format: Callable[[dt.datetime], str]
    start: dt.datetime
    end: Callable[[], dt.datetime]
    step: Any
    granularity: Any
    clamp: Clamp | None
    coarseness: dt.timedelta
    lookback: Any
    names: tuple[str, str]
    injections: tuple[tuple[str, Injection], ...]
    one_for_all: bool
    filters_here: bool
    ends_paging: bool
    strict: bool
    ordered: bool = False

    def open(self, saved: Mapping[str, Any]) -> Intervals:
        if saved.get("state_type") == "date-range":
            return self._from_ranges(saved.get("slices") or ())
        extra = {key: value for key, value in saved.items() if key != self.field}
        value = saved.get(self.field)
        return self._from(self.start if value is None else self._parsed(value), extra)

    def dump(self, progress: Intervals) -> Mapping[str, Any]:
        return {**progress.extra, self.field: self.format(progress.reached)}

    def windows(self, progress: Intervals) -> Iterator[Window]:
        lower = progress.unread
        for part in progress.beyond:
            yield from self._windows(lower, part.start - (self.granularity or NONE))
            lower = part.end + (self.granularity or NONE)
        if progress.beyond:
            lower = self._behind(progress.beyond[-1].end)
        end = self.end()
        yield from self._windows(lower, self.clamp.last(end, self.granularity) if self.clamp else end)

    def _windows(self, lower: dt.datetime, end: dt.datetime) -> Iterator[Window]:
        """Plan windows from a moment to another."""
        up = self.clamp.up if self.clamp is not None else _unchanged
        lower = up(lower)
        if lower > end or (lower == end and (self.strict or not self.granularity)):
            return
        if self.step is None:
            yield self._window(lower, up(end))
            return
        while True:
            upper = min(up(lower + self.step), end)
            if upper >= end:
                yield self._window(lower, end)
                return
            yield self._window(lower, upper - self.granularity)
            lower = upper

    def highest(self, records: Sequence[Record]) -> dt.datetime | None:
        high: dt.datetime | None = None
        for value in {record.get(self.field) for record in records if _is_scalar(record.get(self.field))}:
            try:
                moment = parse(value, self.formats)
            except ValueError:
                continue
            if high is None or moment > high:
                high = moment
        return high

    def advance(self, progress: Intervals, high: dt.datetime) -> Intervals:
        return progress.adding(Interval(self.start, high, high), self._gap)

    def close(self, progress: Intervals, window: Window, high: dt.datetime | None) -> Intervals:
        start, end = (self._parsed(window[name]) for name in self.names)
        return progress.adding(Interval(start, end, high), self._gap, self._slack)

    def rest(self, window: Window, reached: dt.datetime) -> Window:
        return {**window, self.names[0]: self.format(reached)}

    def options(self, window: Window) -> RequestOptions:
        if not self.injections or not window:
            return NO_OPTIONS
        return combine([injection.options(window[name]) for name, injection in self.injections])

    def belongs(self, progress: Intervals) -> Callable[[Record], bool]:
        lower, upper = progress.unread, self.end()

        def test(record: Record) -> bool:
            try:
                moment = parse(record.get(self.field), self.formats)
            except ValueError:
                return True
            return lower <= moment <= upper

        return test

    def earlier(self, progress: Intervals, seconds: int) -> Intervals:
        return self._from(progress.reached - dt.timedelta(seconds=seconds), progress.extra)

    def _from(self, reached: dt.datetime, extra: Mapping[str, Any]) -> Intervals:
        """The progress that a saved moment stands for: its lookback window is still to be read."""
        reached = max(reached, self.start)
        unread = self._behind(reached)
        if self.clamp is not None:  # what is left of a day, week or month that began before is not read
            unread = self.clamp.up(unread)
        return Intervals(reached, unread, opened=reached, extra=extra)

    def _from_ranges(self, ranges: Sequence[Mapping[str, Any]]) -> Intervals:
        """The progress that ranges of time stand for: what lies between them is still to be read."""
        progress = Intervals(self.start, self.start, self.start)
        end = self.start
        for part in ranges:
            lower, upper = self._parsed(part["start"]), self._parsed(part["end"])
            high = part.get("most_recent_cursor_value")
            progress = progress.adding(
                Interval(lower, upper, self._parsed(high) if high else None), self._gap
            )
            end = max(end, upper)
        unread = progress.unread if progress.beyond else self._behind(end)
        return replace(progress, unread=unread, opened=progress.reached)

    def _behind(self, moment: dt.datetime) -> dt.datetime:
        """A lookback window before a moment, but not before the configured start."""
        return max(moment - self.lookback, self.start) if self.lookback else moment

    @property
    def _gap(self) -> Any:
        return self.granularity or MILLISECOND

    @property
    def _slack(self) -> dt.timedelta:
        """How much further than the granularity windows can be apart, because their ends are written coarsely."""
        return max(self.coarseness - self._gap, NONE) if isinstance(self._gap, dt.timedelta) else NONE

    def _window(self, start: dt.datetime, end: dt.datetime) -> Window:
        return {self.names[0]: self.format(start), self.names[1]: self.format(end)}

    def _parsed(self, value: Any) -> dt.datetime:
        """A moment of a state or window, by the formats of records first, as the reference runtime has it."""
        try:
            return parse(value, self.formats)
        except ValueError:
            raise ConfigError(
                f"the saved state of cursor field `{self.field}` does not fit the cursor's formats",
                hint="start again without the state, or add its format to `cursor_datetime_formats`",
            ) from None


def _unchanged(moment: dt.datetime) -> dt.datetime:
    return moment


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)
