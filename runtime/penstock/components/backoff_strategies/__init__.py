"""Backoff strategies: how long to wait before a request is sent again."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from penstock.errors import RequestError
from penstock.http.request import HttpResponse
from penstock.http.retry import Outcome
from penstock.registry import Kind

Backoff = Callable[[Outcome, int], float | None]
"""Seconds to wait after attempt `n` (1-based) ended in this outcome; None or 0 where the strategy cannot tell."""

BACKOFF_STRATEGY: Kind[Backoff] = Kind(
    "backoff_strategy", "How long to wait before a request is sent again.", custom="CustomBackoffStrategy"
)


def header_number(outcome: Outcome, name: str, regex: str | None) -> float | None:
    """The number in a header: what `regex` matches at its start, or all of it; None where that is no number."""
    value = outcome.header(name) if isinstance(outcome, HttpResponse) else None
    if value is None:
        return None
    if regex:
        match = re.match(regex, value)
        if match is None:
            return None
        value = match.group()
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def regex_problems(regex: str | None) -> Iterator[tuple[str, str]]:
    """What is wrong with a `regex` field."""
    try:
        re.compile(regex or "")
    except re.error as error:
        yield "regex", f"`regex` is not a regular expression: {error}"


def within(seconds: float, most: float | None) -> float:
    """The wait, if it is below the longest that is allowed. Raises RequestError otherwise."""
    if most is not None and seconds >= most:
        raise RequestError(
            f"the API asks to wait {seconds:g} s, longer than the {most:g} s that are allowed",
            failure_type="transient_error",
        )
    return seconds


def jittered(seconds: float, half_range: float | None, random: Callable[[], float]) -> float:
    """A wait spread evenly over twice `half_range` seconds above `seconds`."""
    return seconds + 2 * half_range * random() if half_range else seconds
