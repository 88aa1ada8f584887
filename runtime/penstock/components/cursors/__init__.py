"""Cursors: what to read since the last time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol

from penstock.errors import ConfigError
from penstock.records.cursor import Cursor
from penstock.records.resources import Resources
from penstock.registry import Kind

Moment = Callable[[str], dt.datetime]
"""A built moment; the argument is the format in which it is written where it names none."""


class Clamp(Protocol):
    """Built boundaries that windows keep to, such as the first of each month."""

    def up(self, moment: dt.datetime) -> dt.datetime:
        """The first boundary from a moment on."""
        ...

    def last(self, end: dt.datetime, granularity: Any) -> dt.datetime:
        """The last moment before the boundary that `end` lies on or after."""
        ...


CURSOR: Kind[Cursor] = Kind(
    "cursor", "Reads only what is new since the last time.", custom="CustomIncrementalSync"
)
CLAMPING: Kind[Clamp] = Kind("clamping", "The boundaries that windows keep to.")
MOMENT: Kind[Moment] = Kind("moment", "A moment, perhaps bounded.")


def chosen_field(declared: str, using: Resources, *, by_catalog: bool) -> str:
    """The cursor field of a stream: that of the manifest, or that of the configured catalog where it may choose.

    Raises ConfigError where the catalog's is inside an object.
    """
    chosen = using.cursor_fields.get(using.stream.name, ()) if by_catalog else ()
    if len(chosen) > 1:
        raise ConfigError(f"stream {using.stream.name}: the catalog's cursor field is inside an object")
    return "".join(chosen) or declared
