from __future__ import annotations

from collections.abc import Iterator

from penstock.components.request_bodies import REQUEST_BODY, MakeBody
from penstock.components.requesters import SCOPE
from penstock.expressions.forms import Body
from penstock.http.request import RequestOptions
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(REQUEST_BODY)
class RequestBodyJsonObject:
    """A JSON object. Texts that read as a number become one; members that come out null are left out."""

    value: Body = field(
        doc="The object.", scope=SCOPE, examples=({"filter": {"status": "open"}, "limit": 100},)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """An object, not a list or a text."""
        if not self.value.is_object:
            yield "value", "`value` takes a mapping"

    def build(self, using: Resources) -> MakeBody:
        return lambda scope: RequestOptions(json=self.value(scope))
