"""The functions a template can call. Names and results are the manifest language's."""

from __future__ import annotations

import builtins
import contextlib
import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from jinja2 import Undefined, UndefinedError

from penstock.expressions.dates import (
    DEFAULT_FORMAT,
    UTC,
    aware,
    formatter,
    parse_duration,
    parse_iso,
    parser,
)

Clock = Callable[[], dt.datetime]
"""Gives the current moment, with a zone."""


_STANDS_AT: ContextVar[dt.datetime | None] = ContextVar("_STANDS_AT", default=None)


def system_clock() -> dt.datetime:
    """The current moment, UTC."""
    return _STANDS_AT.get() or dt.datetime.now(UTC)


@contextlib.contextmanager
def clock_stands_at(moment: dt.datetime) -> Iterator[None]:
    """Let the clock of what runs inside stand still, templates and workers included."""
    token = _STANDS_AT.set(moment)
    try:
        yield
    finally:
        _STANDS_AT.reset(token)


def clock_macros(clock: Clock) -> dict[str, Callable[..., Any]]:
    """The macros that read the clock, over a clock of the caller's."""

    def now_utc() -> dt.datetime:
        """The current moment in UTC."""
        return clock().astimezone(UTC)

    def today_utc() -> dt.date:
        """The current day in UTC."""
        return now_utc().date()

    def today_with_timezone(timezone: str) -> dt.date:
        """The current day in a time zone, such as `Europe/Paris`."""
        return clock().astimezone(ZoneInfo(timezone)).date()

    def day_delta(num_days: int, format: str = DEFAULT_FORMAT) -> str:  # noqa: A002 - the language's name
        """The moment so many days from now, as text in the given format."""
        return (now_utc() + dt.timedelta(days=num_days)).strftime(format)

    return {f.__name__: f for f in (now_utc, today_utc, today_with_timezone, day_delta)}


def timestamp(value: Any) -> int | float:
    """Seconds since 1970: a number is cut to whole seconds, text is read as ISO-8601 and gives a float."""
    if isinstance(value, int | float):
        return int(value)
    return str_to_datetime(value).timestamp()


def str_to_datetime(value: str) -> dt.datetime:
    """ISO-8601 text as a datetime in UTC."""
    return parse_iso(_text(value)).astimezone(UTC)


def duration(datestring: str) -> Any:
    """An ISO-8601 duration that adds to and subtracts from datetimes."""
    return parse_duration(_text(datestring))


def format_datetime(value: Any, format: str, input_format: str | None = None) -> str:  # noqa: A002 - the language's name
    """A datetime, epoch number or text in the given format; `%s`, `%ms` and their like write the last two, and read numbers."""
    if isinstance(value, dt.datetime):
        return value.strftime(format)
    if isinstance(value, int):
        moment = parser(input_format or "%s")(value)
    elif input_format:
        moment = aware(dt.datetime.strptime(_text(value), input_format))  # noqa: DTZ007 - `aware` adds the zone
    else:
        moment = str_to_datetime(value)
    return formatter(format)(moment)


def _text(value: Any) -> str:
    """The value, which must be text: by the language's rule a TypeError gives the template itself.

    A missing value is a missing result instead.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Undefined):
        raise UndefinedError
    raise TypeError("not text")


def maximum(*values: Any) -> Any:
    """The largest of several values, or of one list."""
    return builtins.max(*values)


def minimum(*values: Any) -> Any:
    """The smallest of several values, or of one list."""
    return builtins.min(*values)


def sanitize_url(value: str) -> str:
    """Text percent-encoded for a query string, a blank as `+`."""
    return quote_plus(value)


def camel_case_to_snake_case(value: str) -> str:
    """`HTTPServer` as `h_t_t_p_server`: an underscore before each capital but the first."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", value).lower()


def generate_uuid() -> str:
    """A random UUID, version 4."""
    return str(uuid.uuid4())


MACROS: Mapping[str, Callable[..., Any]] = {
    **clock_macros(system_clock),
    "timestamp": timestamp,
    "str_to_datetime": str_to_datetime,
    "duration": duration,
    "format_datetime": format_datetime,
    "max": maximum,
    "min": minimum,
    "sanitize_url": sanitize_url,
    "camel_case_to_snake_case": camel_case_to_snake_case,
    "generate_uuid": generate_uuid,
}
