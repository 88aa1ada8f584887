from __future__ import annotations

from typing import Any, Literal

from penstock.components.advanced_auth import AUTH_FLOW, OAUTH_CONFIG, told
from penstock.registry import Buildable, component, field


@component(AUTH_FLOW)
class AuthFlow:
    """How a platform obtains OAuth credentials, and for which configs."""

    auth_flow_type: Literal["oauth2.0", "oauth1.0"] = field(doc="The protocol.", examples=("oauth2.0",))
    predicate_key: list[str] | None = field(
        default=None, doc="The field of the config that tells.", examples=(["credentials", "auth_type"],)
    )
    predicate_value: str | None = field(
        default=None, doc="What that field holds where this flow is meant.", examples=("oauth2.0",)
    )
    oauth_config_specification: Buildable[dict[str, Any]] | None = field(
        default=None,
        doc="What goes in and out of the flow.",
        slot=OAUTH_CONFIG,
        implied="OAuthConfigSpecification",
    )

    def build(self, using: Any) -> dict[str, Any]:
        return told(self, using)
