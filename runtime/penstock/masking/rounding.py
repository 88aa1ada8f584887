"""Numbers in steps, counted exactly: 0.3 is three steps of 0.1."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

from penstock.masking.techniques import UnmaskableError

Json = Any

_PLAIN = re.compile(r"[+-]?\d{1,300}(\.\d{1,300})?", re.ASCII)


def number_in(value: Json) -> int | float:
    """A number, or the number that a text holds. Raises UnmaskableError."""
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnmaskableError("no number")
    if isinstance(value, float) and not math.isfinite(value):
        raise UnmaskableError("no number that JSON has")
    return value


def steps_in(number: float, step: float) -> int:
    """How many whole steps lie between zero and the number; rounded down, below zero too."""
    if isinstance(number, int) and isinstance(step, int):
        return number // step
    return math.floor(Fraction(str(number)) / Fraction(str(step)))


def multiple(count: int, step: float) -> int | float:
    """So many steps; an integer where a step is one. Raises UnmaskableError where there is no such number."""
    if isinstance(step, int):
        return count * step
    try:
        return float(count * Fraction(str(step)))
    except OverflowError:
        raise UnmaskableError("a number out of range") from None
