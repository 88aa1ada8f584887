from __future__ import annotations

import base64

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.expressions.forms import Text
from penstock.http.request import RequestOptions
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(AUTHENTICATOR)
class BasicHttpAuthenticator:
    """Send a user name and a password as `Authorization: Basic …` (RFC 7617)."""

    username: Text = field(doc="The user name.", examples=("{{ config['username'] }}",))
    password: Text | None = field(
        default=None,
        doc="The password; none counts as empty.",
        secret=True,
        examples=("{{ config['password'] }}",),
    )

    def build(self, using: Resources) -> Authenticator:
        scope = {"config": using.config}
        password = self.password.text(scope) if self.password else ""
        credentials = base64.b64encode(f"{self.username.text(scope)}:{password}".encode()).decode()
        using.minted(password)
        using.minted(credentials)
        options = RequestOptions(headers={"Authorization": f"Basic {credentials}"})
        return Authenticator(lambda: options)
