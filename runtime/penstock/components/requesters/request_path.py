from __future__ import annotations

from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.http.request import NO_OPTIONS
from penstock.records.resources import Resources
from penstock.registry import component


@component(REQUEST_OPTION)
class RequestPath:
    """Take the page token as the URL, or the path, of the next page."""

    def build(self, using: Resources) -> Injection:
        return Injection(lambda value: NO_OPTIONS, "the request's path", is_path=True)
