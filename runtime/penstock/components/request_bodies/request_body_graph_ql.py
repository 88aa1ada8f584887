from __future__ import annotations

from collections.abc import Iterator

from penstock.components.request_bodies import REQUEST_BODY, MakeBody
from penstock.components.requesters import SCOPE
from penstock.expressions.forms import Body
from penstock.http.request import RequestOptions
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(REQUEST_BODY)
class RequestBodyGraphQL:
    """A GraphQL query and what goes with it, such as its variables, as a JSON object."""

    value: Body = field(
        doc="The object. Its `query` is a template too: write `{{ '{{' }}` where GraphQL needs two braces.",
        scope=SCOPE,
        examples=({"query": "query { orders { id } }", "variables": {"first": 100}},),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """An object with a query."""
        if "query" not in self.value.keys:
            yield "value", "`value` needs a `query`"

    def build(self, using: Resources) -> MakeBody:
        return lambda scope: RequestOptions(json=self.value(scope))
