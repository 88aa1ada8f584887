from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from penstock.components.budgets import REQUEST_MATCHER
from penstock.errors import ConfigError
from penstock.expressions.forms import Text, whole_number
from penstock.http.budget import Matcher
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(REQUEST_MATCHER)
class HttpRequestRegexMatcher:
    """Pick the requests that meet all the criteria given here."""

    method: str | None = field(default=None, doc="Their HTTP method.", examples=("GET",))
    url_base: str | None = field(
        default=None, doc="Scheme and host of their URL.", examples=("https://api.example.com",)
    )
    url_path_pattern: str | None = field(
        default=None,
        doc="A regular expression found anywhere in their path, which has no slash at its end.",
        examples=(r"^/v1/orders/\d+$",),
    )
    params: dict[str, Any] = field(
        default={}, doc="Parameters that they have, with these values.", examples=({"status": "open"},)
    )
    headers: dict[str, Any] = field(
        default={}, doc="Headers that they have, with these values.", examples=({"Accept": "text/csv"},)
    )
    weight: Text | None = field(
        default=None, doc="What each of them costs; 1 by default.", unit="calls", examples=(5,)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A regular expression that is one."""
        try:
            re.compile(self.url_path_pattern or "")
        except re.error as error:
            yield "url_path_pattern", f"`url_path_pattern` is no regular expression: {error.msg}"

    def build(self, using: Resources) -> Matcher:
        weight = 1
        if self.weight is not None:
            weight = whole_number(self.weight({"config": using.config}), "`weight`")
        if weight < 1:
            raise ConfigError("the `weight` of a request is at least 1")
        return Matcher(
            method=(self.method or "").upper(),
            base=(self.url_base or "").rstrip("/"),
            path=re.compile(self.url_path_pattern) if self.url_path_pattern else None,
            params={name: str(value) for name, value in self.params.items()},
            headers={name.lower(): str(value) for name, value in self.headers.items()},
            weight=weight,
        )
