from __future__ import annotations

from penstock.components.requesters import REQUESTER, Requester
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.expressions.compile import Scope
from penstock.http.request import HttpResponse, RequestOptions
from penstock.lean import dataclass
from penstock.records.resources import Resources
from penstock.registry import component


@component(REQUESTER)
class CustomRequester(CustomComponent):
    """Make and send requests by a class of the connector's own."""

    class_name: str = class_name("components.ReportRequester")

    def build(self, using: Resources) -> Requester:
        return _Requester(self.made(bases.Requester, using, name=using.stream.name))


@dataclass(frozen=True, slots=True)
class _Requester:
    made: bases.Requester

    def fetch(
        self, scope: Scope, injected: RequestOptions, path: str | None, *, streams: bool = False
    ) -> HttpResponse:
        return self.made.fetch(scope, injected, path)
