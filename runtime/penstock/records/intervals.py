"""What a datetime cursor has read: intervals of time, merged where they touch.

The state that is saved is one value: the furthest record below which nothing is missing. It comes from the first
interval, so a window that failed holds it back however many later windows are done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Interval:
    """Everything from `start` to `end` is read; `high` is the furthest record seen in it, None for no record."""

    start: dt.datetime
    end: dt.datetime
    high: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals in order of time. `extra` are keys of the saved state that are not the cursor's and are kept."""

    done: tuple[Interval, ...]
    extra: Mapping[str, Json] = field(default_factory=dict)

    def adding(self, new: Interval, granularity: dt.timedelta) -> Intervals:
        """Fold in an interval; those at most `granularity` apart become one."""
        merged: list[Interval] = []
        for interval in sorted((*self.done, new), key=lambda i: (i.start, i.end)):
            last = merged[-1] if merged else None
            if last is not None and last.end + granularity >= interval.start:
                high = max((h for h in (last.high, interval.high) if h is not None), default=None)
                merged[-1] = Interval(last.start, max(last.end, interval.end), high)
            else:
                merged.append(interval)
        return replace(self, done=tuple(merged))

    @property
    def reached(self) -> dt.datetime:
        """The moment up to which nothing is missing."""
        first = self.done[0]
        return first.high if first.high is not None else first.start
