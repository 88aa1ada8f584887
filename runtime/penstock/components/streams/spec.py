from __future__ import annotations

from typing import Any

from penstock.registry import Kind, Unsupported, component, field

SPEC: Kind[Any] = Kind("spec", "What the user configures.")


@component(SPEC)
class Spec:
    """What the user configures, as a JSON Schema."""

    connection_specification: dict[str, Any] = field(
        doc="JSON Schema of the configuration; `airbyte_secret: true` marks what must never be shown.",
        examples=({"type": "object", "properties": {"api_key": {"type": "string", "airbyte_secret": True}}},),
    )
    documentation_url: str | None = field(default=None, doc="Where the user reads more.")
    config_normalization_rules: Unsupported | None = field(
        default=None, doc="How a config of an older form is rewritten and checked."
    )
    advanced_auth: dict[str, Any] | None = field(
        default=None, doc="How a platform obtains OAuth credentials."
    )

    def message(self) -> dict[str, Any]:
        """The body of the protocol's SPEC message, without nulls."""
        made: dict[str, Any] = {
            "documentationUrl": self.documentation_url,
            "connectionSpecification": self.connection_specification,
            "supportsNormalization": False,
            "supportsDBT": False,
            "advanced_auth": self.advanced_auth and _with_defaults(self.advanced_auth),
        }
        return {key: value for key, value in made.items() if value is not None}

    def build(self, using: Any) -> Any:
        """A spec is read, not run."""
        return self


def _with_defaults(auth: dict[str, Any]) -> dict[str, Any]:
    """`advanced_auth` as the reference runtime prints it: defaults filled in, members that are null left out."""
    made = {
        key: value for key, value in auth.items() if value is not None and key not in ("type", "$parameters")
    }
    specification = made.get("oauth_config_specification")
    if isinstance(specification, dict):
        specification = {
            k: v for k, v in specification.items() if v is not None and k not in ("type", "$parameters")
        }
        inputs = specification.get("oauth_connector_input_specification")
        if isinstance(inputs, dict):
            specification["oauth_connector_input_specification"] = {"scopes_join_strategy": "space", **inputs}
        made["oauth_config_specification"] = specification
    return made
