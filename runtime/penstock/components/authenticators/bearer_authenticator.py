from __future__ import annotations

from penstock.components.authenticators import AUTHENTICATOR, Authenticator, bearer
from penstock.expressions.forms import Text
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(AUTHENTICATOR)
class BearerAuthenticator:
    """Send a token as `Authorization: Bearer …` (RFC 6750 §2.1)."""

    api_token: Text = field(doc="The token.", secret=True, examples=("{{ config['api_key'] }}",))

    def build(self, using: Resources) -> Authenticator:
        token = self.api_token.text({"config": using.config})
        using.minted(token)
        options = bearer(token)
        return Authenticator(lambda: options)
