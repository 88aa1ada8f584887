"""Which datetime format a value is written in, of those that the runtime reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from penstock.authoring import Json, parser

_ZONES: Mapping[str, str] = {"Z": "Z", "+00:00": "%z", "+0000": "%z", "-00:00": "%z", "-0000": "%z", "": ""}
_DAYS: Mapping[str, tuple[str, ...]] = {
    "0000-00-00": ("%Y-%m-%d",),
    "0000/00/00": ("%Y/%m/%d",),
    "00/00/0000": ("%d/%m/%Y", "%m/%d/%Y"),
    "00-00-0000": ("%d-%m-%Y", "%m-%d-%Y"),
    "00.00.0000": ("%d.%m.%Y",),
}
_TIMES: Mapping[str, str] = {"00:00:00": "%H:%M:%S", "00:00": "%H:%M"}
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "Xxx, 00 Xxx 0000 00:00:00 +0000": ("%a, %d %b %Y %H:%M:%S %z",),
    "Xxx, 00 Xxx 0000 00:00:00 -0000": ("%a, %d %b %Y %H:%M:%S %z",),
    "Xxx, 00 Xxx 0000 00:00:00 XXX": ("%a, %d %b %Y %H:%M:%S GMT",),
    "Xxx Xxx 00 00:00:00 +0000 0000": ("%a %b %d %H:%M:%S %z %Y",),
    "0000-00": ("%Y-%m",),
}
_LONGEST = 40
_LETTERS = str.maketrans("0123456789", "0" * 10)
_UPPER, _LOWER = re.compile(r"[A-Z]", re.ASCII), re.compile(r"[a-z]", re.ASCII)
_SHAPE = re.compile(r"([-/.0]{10})(?:([T ])([0:]+)(\.0+)?(Z|[+-]00:?00)?)?")
_EPOCHS = (("%s", 1), ("%ms", 1_000), ("%epoch_microseconds", 1_000_000))
_FIRST_SECOND, _LAST_SECOND = 946_684_800, 4_102_444_800
"""The years 2000 to 2100: other numbers are no moments."""


def formats_of(value: Json) -> tuple[str, ...]:
    """The formats that a value is written in; several where it cannot be told, as in `01/02/2024`."""
    if isinstance(value, str):
        text = value
        if len(text) > _LONGEST or not text.isascii():
            return ()
        if not text.isdecimal():
            shape = text.translate(_LETTERS)
            return tuple(format_ for format_ in _of_shape(shape) if fits(value, format_))
        value = int(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ()
    for format_, unit in _EPOCHS:
        if _FIRST_SECOND * unit <= value < _LAST_SECOND * unit:
            return (format_,) if value == int(value) else ("%s_as_float",) if unit == 1 else ()
    return ()


@lru_cache(maxsize=1024)
def _of_shape(shape: str) -> tuple[str, ...]:
    """The formats of texts whose digits are all written as 0."""
    other = _OTHERS.get(_UPPER.sub("X", _LOWER.sub("x", shape)))
    if other:
        return other
    found = _SHAPE.fullmatch(shape)
    if not found or found[1] not in _DAYS:
        return ()
    days = _DAYS[found[1]]
    if found[2] is None:
        return days
    time = _TIMES.get(found[3])
    if time is None or (found[4] and (len(found[4]) > 7 or "%S" not in time)):
        return ()
    fraction = "" if not found[4] else ".%_ms" if len(found[4]) == 4 else ".%f"
    return tuple(f"{day}{found[2]}{time}{fraction}{_ZONES[found[5] or '']}" for day in days)


def fits(value: Json, format_: str) -> bool:
    """Whether the runtime reads a value with this format."""
    try:
        parser(format_)(value)
    except ValueError:
        return False
    return True


def common_formats(values: Iterable[Json]) -> tuple[str, ...]:
    """The formats that read all values between them, the most frequent first; none where a value is no moment.

    Of two ways to read a date such as `01/02/2024` the one stays that reads more of the values.
    """
    counts: dict[str, int] = {}
    ways: set[tuple[str, ...]] = set()
    for value in values:
        formats = formats_of(value)
        if not formats:
            return ()
        ways.add(formats)
        for format_ in formats:
            counts[format_] = counts.get(format_, 0) + 1
    chosen = {max(formats, key=lambda format_: counts[format_]) for formats in ways}
    return tuple(sorted(chosen, key=lambda format_: (-counts[format_], format_)))
