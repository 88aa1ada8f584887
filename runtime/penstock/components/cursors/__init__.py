"""Cursors: what to read since the last time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from penstock.records.cursor import Cursor
from penstock.registry import Kind

Moment = Callable[[str], dt.datetime]
"""A built moment; the argument is the format in which it is written where it names none."""

CURSOR: Kind[Cursor] = Kind(
    "cursor", "Reads only what is new since the last time.", custom="CustomIncrementalSync"
)
MOMENT: Kind[Moment] = Kind("moment", "A moment, perhaps bounded.")
