from __future__ import annotations

from collections.abc import Callable

from penstock.components.authenticators import bearer
from penstock.components.session_tokens import SESSION_TOKEN_USE
from penstock.http.request import RequestOptions
from penstock.records.resources import Resources
from penstock.registry import component


@component(SESSION_TOKEN_USE)
class Bearer:
    """Send the session token as `Authorization: Bearer …`."""

    def build(self, using: Resources) -> Callable[[str], RequestOptions]:
        return bearer
