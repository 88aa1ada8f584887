from __future__ import annotations

from typing import Any

from penstock.components.advanced_auth import AUTH_FLOW
from penstock.components.config_rules import CONFIG_RULES, ConfigRules
from penstock.registry import Buildable, Kind, component, field

SPEC: Kind[Any] = Kind("spec", "What the user configures.")


@component(SPEC)
class Spec:
    """What the user configures, as a JSON Schema."""

    connection_specification: dict[str, Any] = field(
        doc="JSON Schema of the configuration; `airbyte_secret: true` marks what must never be shown.",
        examples=({"type": "object", "properties": {"api_key": {"type": "string", "airbyte_secret": True}}},),
    )
    documentation_url: str | None = field(default=None, doc="Where the user reads more.")
    config_normalization_rules: Buildable[ConfigRules] | None = field(
        default=None,
        doc="How a config of an older form is rewritten and checked.",
        slot=CONFIG_RULES,
        implied="ConfigNormalizationRules",
    )
    advanced_auth: Buildable[dict[str, Any]] | None = field(
        default=None, doc="How a platform obtains OAuth credentials.", slot=AUTH_FLOW, implied="AuthFlow"
    )

    def message(self) -> dict[str, Any]:
        """The body of the protocol's SPEC message, without nulls."""
        made: dict[str, Any] = {
            "documentationUrl": self.documentation_url,
            "connectionSpecification": self.connection_specification,
            "supportsNormalization": False,
            "supportsDBT": False,
            "advanced_auth": self.advanced_auth and self.advanced_auth.build(None),
        }
        return {key: value for key, value in made.items() if value is not None}

    def build(self, using: Any) -> Any:
        """A spec is read, not run."""
        return self
