from __future__ import annotations

from collections.abc import Callable

from penstock.components.requesters import REQUEST_OPTION, Injection
from penstock.components.session_tokens import SESSION_TOKEN_USE
from penstock.expressions.forms import Text
from penstock.http.request import RequestOptions
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(SESSION_TOKEN_USE)
class ApiKey:
    """Send the session token in a header, a request parameter or the body."""

    inject_into: Buildable[Injection] = field(
        doc="Where the token goes.", slot=REQUEST_OPTION, implied="RequestOption"
    )
    api_token: Text | None = field(
        default=None,
        doc="What to send there; the token itself by default.",
        secret=True,
        scope=("session_token",),
        examples=("Token {{ session_token }}",),
    )

    def build(self, using: Resources) -> Callable[[str], RequestOptions]:
        injection = self.inject_into.build(using)

        def use(token: str) -> RequestOptions:
            if self.api_token is None:
                return injection.options(token)
            return injection.options(self.api_token.text({"config": using.config, "session_token": token}))

        return use
