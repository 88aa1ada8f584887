from __future__ import annotations

import datetime as dt

from penstock.components.cursors import MOMENT, Moment
from penstock.errors import ConfigError
from penstock.expressions.dates import parser
from penstock.expressions.forms import Text
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(MOMENT)
class MinMaxDatetime:
    """A moment from a template, held between an earliest and a latest one."""

    datetime: Text = field(doc="The moment.", examples=("{{ config['start_date'] }}", "{{ now_utc() }}"))
    datetime_format: str = field(
        default="",
        doc="How the moments are written; the cursor's `datetime_format` by default.",
        examples=("%Y-%m-%d",),
    )
    min_datetime: Text | None = field(default=None, doc="The earliest moment.", examples=("2020-01-01",))
    max_datetime: Text | None = field(default=None, doc="The latest moment.", examples=("{{ today_utc() }}",))

    def build(self, using: Resources) -> Moment:
        def moment(default_format: str) -> dt.datetime:
            format_ = self.datetime_format or default_format
            value = read_moment(self.datetime, format_, using)
            if self.min_datetime is not None and str(earliest := self.min_datetime({"config": using.config})):
                value = max(value, _parsed(earliest, format_, self.min_datetime))
            if self.max_datetime is not None and str(latest := self.max_datetime({"config": using.config})):
                value = min(value, _parsed(latest, format_, self.max_datetime))
            return value

        return moment


def read_moment(text: Text, format_: str, using: Resources) -> dt.datetime:
    """Evaluate a template that gives a moment. Raises ConfigError where it does not fit the format."""
    return _parsed(text({"config": using.config}), format_, text)


def _parsed(value: object, format_: str, text: Text) -> dt.datetime:
    try:
        return parser(format_)(value)
    except (ValueError, TypeError, OverflowError):
        raise ConfigError(
            f"the moment at {text.template.span} is not written as `{format_}`",
            hint="check the date in the config against the format that the manifest expects",
        ) from None
