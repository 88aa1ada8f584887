from __future__ import annotations

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.records.resources import Resources
from penstock.registry import component


@component(AUTHENTICATOR)
class NoAuth:
    """Send requests as they are."""

    def build(self, using: Resources) -> Authenticator:
        return Authenticator()
