from __future__ import annotations

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.custom import bases
from penstock.custom.component import CustomComponent, class_name
from penstock.records.resources import Resources
from penstock.registry import component


@component(AUTHENTICATOR)
class CustomAuthenticator(CustomComponent):
    """Prove who asks by a class of the connector's own."""

    class_name: str = class_name("components.SignedRequests")

    def build(self, using: Resources) -> Authenticator:
        made = self.made(bases.Authenticator, using)
        return Authenticator(made.options, made.refresh, made.token, made.sign)
