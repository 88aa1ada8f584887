"""Values of the same shape that tell nothing: what stands in for clear values in what is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

Json = Any

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_DIGITS = re.compile(r"\d")
_TELLING = re.compile(r"[^\W_]|[^\x00-\x7f]")
_ANYTHING = re.compile(r"\S")


def scrambler(key: bytes) -> Callable[[Json], Json]:
    """Gives values of the same shape: letters for letters, digits for digits, the rest as it is. One key, one result.

    Dates all move by the same number of days, so that they stay dates in order. Network addresses stay addresses, and
    of JSON in a text only the values change.
    """
    days = 1 + int.from_bytes(hmac.digest(key, b"days", hashlib.sha256)[:2], "big") % 300

    def scrambled(clear: Json) -> Json:
        if isinstance(clear, int | float):
            digits, exponent, rest = json.dumps(clear).partition("e")
            digits = _scrambled(key, digits, _DIGITS)
            made = type(clear)(digits + exponent + rest)
            return (
                float(digits) if made == clear or math.isinf(made) else made
            )  # at the ends of what floats hold
        text = str(clear)
        if text.startswith(("{", "[")):
            try:
                return json.dumps(_each(json.loads(text), scrambled))
            except (ValueError, RecursionError):
                pass
        which = _TELLING if _TELLING.search(text) else _ANYTHING
        return _address(key, text) or _moved(text, days) or _scrambled(key, text, which)

    return scrambled


def _each(value: Json, make: Callable[[Json], Json]) -> Json:
    if isinstance(value, dict):
        return {key: _each(child, make) for key, child in value.items()}
    if isinstance(value, list):
        return [_each(child, make) for child in value]
    return value if value is None or isinstance(value, bool) else make(value)


def _moved(text: str, days: int) -> str:
    """Text that begins with a date, with another one; empty where it does not."""
    date = _DATE.match(text)
    if date is None:
        return ""
    try:
        moved = dt.date.fromisoformat(date.group()) - dt.timedelta(days=days)
    except (ValueError, OverflowError):
        return ""
    return moved.isoformat() + text[date.end() :]


def _address(key: bytes, text: str) -> str:
    """A private network address for a network address; empty for other text."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    made = hmac.digest(key, text.encode(), hashlib.sha256)
    if address.version == 4:
        return f"10.{made[0]}.{made[1]}.{made[2]}"
    return str(ipaddress.IPv6Address(b"\xfd" + made[:15]))


def _scrambled(key: bytes, text: str, which: re.Pattern[str]) -> str:
    """Another digit for each that is meant, a letter for all else; no number begins with 0 for it."""
    stream = _bytes(key, text.encode("utf-8", "surrogatepass"))

    def other(found: re.Match[str]) -> str:
        char, number = found.group(), next(stream)
        if char.isdecimal():
            return str(1 + (int(char) + number % 8) % 9)
        first = ord("A" if char.isupper() else "a")
        own = ord(char) - first
        return chr(first + ((own + 1 + number % 25) % 26 if 0 <= own < 26 else number % 26))

    return which.sub(other, text)


def _bytes(key: bytes, text: bytes) -> Iterator[int]:
    block = 0
    while True:
        yield from hmac.digest(key, block.to_bytes(4, "big") + text, hashlib.sha256)
        block += 1
