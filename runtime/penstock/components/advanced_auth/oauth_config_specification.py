from __future__ import annotations

from typing import Any

from penstock.components.advanced_auth import OAUTH_CONFIG, OAUTH_INPUT, told
from penstock.registry import Buildable, component, field


@component(OAUTH_CONFIG)
class OAuthConfigSpecification:
    """What goes in and out of an OAuth flow, each part a JSON Schema."""

    oauth_user_input_from_connector_config_specification: dict[str, Any] | None = field(
        default=None, doc="Which fields of the config the flow needs."
    )
    oauth_connector_input_specification: Buildable[dict[str, Any]] | None = field(
        default=None,
        doc="The requests of the flow.",
        slot=OAUTH_INPUT,
        implied="OauthConnectorInputSpecification",
    )
    complete_oauth_output_specification: dict[str, Any] | None = field(
        default=None, doc="Where in the config the flow's results go."
    )
    complete_oauth_server_input_specification: dict[str, Any] | None = field(
        default=None, doc="What the platform's administrator gives, such as a client id."
    )
    complete_oauth_server_output_specification: dict[str, Any] | None = field(
        default=None, doc="Where in the config those go."
    )

    def build(self, using: Any) -> dict[str, Any]:
        return told(self, using)
