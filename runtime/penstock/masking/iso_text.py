"""Dates and date-times as ISO 8601 writes them, for masks that change them and keep how they are written."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from penstock.lean import dataclass
from penstock.masking.techniques import UnmaskableError

Json = Any

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?P<time>[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?)?(?P<zone> ?([Zz]|[+-]\d\d(:?\d\d)?))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class IsoText:
    """A date, or a date-time in parts: `time` with what separates it, and `zone`, as they were written, or empty."""

    day: dt.date
    time: str
    zone: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()}{self.time}{self.zone}"


def iso_text(value: Json) -> IsoText:
    """Read `2024-03-17` or `2024-03-17T10:20:30Z`. Raises UnmaskableError for anything else."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found["zone"] and not found["time"]):
        raise UnmaskableError("neither a date nor a date-time of ISO 8601")
    try:
        return IsoText(dt.date.fromisoformat(found["day"]), found["time"] or "", found["zone"] or "")
    except ValueError:
        raise UnmaskableError("a date that no calendar has") from None
