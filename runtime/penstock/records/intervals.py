"""What a datetime cursor has read: all before one moment, and intervals of time past a gap.

The state that is saved is one value: the furthest record below which nothing is missing. A window that failed holds
it back, however many later windows are done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from penstock.lean import dataclass

Json = Any


NONE = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class Interval:
    """Everything from `start` to `end` is read; `high` is the furthest record seen in it, None for no record."""

    start: dt.datetime
    end: dt.datetime
    high: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Intervals:
    """`reached` is what the state says. All before `unread` is read, and so are the intervals `beyond` a gap.

    `unread` may be earlier than `reached`: a lookback window is read again, and the moment of the last record may
    have got more of them. `opened` is what a run before had reached. `extra` are keys of the saved state that are not
    the cursor's and are kept.
    """

    reached: dt.datetime
    unread: dt.datetime
    opened: dt.datetime
    beyond: tuple[Interval, ...] = ()
    extra: Mapping[str, Json] = field(default_factory=dict)

    def adding(self, new: Interval, granularity: dt.timedelta, slack: dt.timedelta = NONE) -> Intervals:
        """Fold in an interval; one that starts at most `granularity` after another's end leaves no gap.

        Of what a run before had reached, intervals that are further apart by `slack` touch too: their ends are
        written more coarsely than they were planned.
        """
        reached, unread = self.reached, self.unread
        beyond = sorted((*self.beyond, new), key=lambda interval: interval.start)
        while beyond and beyond[0].start <= unread + (slack if beyond[0].start <= self.opened else NONE):
            first = beyond.pop(0)
            unread = max(unread, first.end + granularity)
            reached = max(reached, first.high or reached)
        return replace(self, reached=reached, unread=unread, beyond=tuple(beyond))
