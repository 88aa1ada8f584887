from __future__ import annotations

from collections.abc import Iterator

from penstock.components.request_bodies import REQUEST_BODY, MakeBody
from penstock.components.requesters import SCOPE
from penstock.expressions.forms import TextMap
from penstock.http.request import RequestOptions
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(REQUEST_BODY)
class RequestBodyUrlEncodedForm:
    """The fields of a form. A list gives its field once for each item; fields without a value are left out."""

    value: TextMap = field(doc="The fields, by name.", scope=SCOPE, examples=({"status": "open"},))

    def problems(self) -> Iterator[tuple[str, str]]:
        """Fields, not a text."""
        if self.value.whole is not None:
            yield "value", "`value` takes a mapping"

    def build(self, using: Resources) -> MakeBody:
        return lambda scope: RequestOptions(form=self.value(scope))
