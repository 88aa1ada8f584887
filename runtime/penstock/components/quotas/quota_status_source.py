from __future__ import annotations

from typing import Literal

from penstock.components.quotas import QUOTA_STATUS_SOURCE, QuotaStatus
from penstock.expressions.forms import Text, TextMap
from penstock.http.request import HttpRequest, RequestOptions
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(QUOTA_STATUS_SOURCE)
class QuotaStatusSource:
    """Ask the API what is left of a token's quotas; asking costs nothing of them."""

    url: Text = field(doc="The URL.", examples=("https://api.example.com/rate_limit",))
    http_method: Literal["GET", "POST"] = field(default="GET", doc="The HTTP method.")
    request_headers: TextMap | None = field(
        default=None, doc="Headers.", examples=({"Accept": "application/json"},)
    )
    unavailable_status_codes: list[int] = field(
        default=[],
        doc="HTTP statuses that tell that the API keeps no count; then tokens take turns.",
        examples=([404],),
    )

    def build(self, using: Resources) -> QuotaStatus:
        scope = {"config": using.config}
        headers = self.request_headers(scope, types=None) if self.request_headers else {}
        options = RequestOptions(headers={name: str(value) for name, value in headers.items()})
        request = HttpRequest(self.http_method, self.url.text(scope), options)
        return QuotaStatus(request, frozenset(self.unavailable_status_codes))
