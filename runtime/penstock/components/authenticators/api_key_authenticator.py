from __future__ import annotations

from collections.abc import Iterator

from penstock.components.authenticators import AUTHENTICATOR, Authenticator
from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.expressions.forms import Text
from penstock.http.request import RequestOptions
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(AUTHENTICATOR)
class ApiKeyAuthenticator:
    """Send a key in a header, a request parameter or the body."""

    api_token: Text | None = field(
        default=None, doc="The key.", secret=True, examples=("{{ config['api_key'] }}",)
    )
    header: Text | None = field(
        default=None, doc="The header to put the key in.", deprecated="inject_into", examples=("X-API-Key",)
    )
    inject_into: Buildable[Injection] | None = field(
        default=None, doc="Where to put the key.", slot=REQUEST_OPTION, implied="RequestOption"
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Exactly one of `header` and `inject_into` is given."""
        if (self.header is None) == (self.inject_into is None):
            yield "inject_into", "ApiKeyAuthenticator needs either `inject_into` or `header`"

    def build(self, using: Resources) -> Authenticator:
        scope = {"config": using.config}
        token = self.api_token.text(scope) if self.api_token else ""
        using.minted(token)
        if self.inject_into is not None:
            options = self.inject_into.build(using).options(token)
        else:
            assert self.header is not None  # `problems` sees to it
            options = RequestOptions(headers={self.header.text(scope): token})
        return Authenticator(lambda: options)
