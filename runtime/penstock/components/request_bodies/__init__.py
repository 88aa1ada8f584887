"""Request bodies: what a request carries, by its form."""

from __future__ import annotations

from collections.abc import Callable

from penstock.expressions.compile import Scope, Template
from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.registry import Kind

MakeBody = Callable[[Scope], RequestOptions]
"""Makes the body of one request."""

REQUEST_BODY: Kind[MakeBody] = Kind("request_body", "What a request carries.")


def text_body(template: Template, scope: Scope) -> RequestOptions:
    """The body that a text gives: a form where it comes out as a mapping, none where as another value than text."""
    value = template.evaluate(scope, default="")
    if isinstance(value, dict):
        return RequestOptions(form=value)
    return RequestOptions(text=value) if isinstance(value, str) else NO_OPTIONS
