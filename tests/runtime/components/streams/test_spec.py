from __future__ import annotations

from typing import Any

import pytest

from penstock.components.streams.spec import SPEC, Spec
from penstock.errors import ManifestError
from penstock.testing.fakes import built


def message(settings: str) -> dict[str, Any]:
    """The body of the SPEC message of a spec with these settings."""
    spec = built(f"type: Spec\n{settings}", SPEC)
    assert isinstance(spec, Spec)
    return spec.message()


def test_a_spec_is_told_with_what_the_protocol_wants() -> None:
    """What is not set is left out; normalisation and dbt belong to destinations."""
    assert message("connection_specification: {type: object}") == {
        "connectionSpecification": {"type": "object"},
        "supportsNormalization": False,
        "supportsDBT": False,
    }


def test_a_spec_may_say_where_to_read_more() -> None:
    told = message("connection_specification: {type: object}\ndocumentation_url: https://example.com/docs")

    assert told["documentationUrl"] == "https://example.com/docs"


def test_an_oauth_flow_is_told_with_its_defaults() -> None:
    """A platform reads it: members that are null or of the language are left out, placeholders stay."""
    told = message(
        """
connection_specification: {type: object}
advanced_auth:
  type: AuthFlow
  auth_flow_type: oauth2.0
  predicate_key: [auth, type]
  predicate_value: null
  oauth_config_specification:
    type: OAuthConfigSpecification
    oauth_user_input_from_connector_config_specification: null
    oauth_connector_input_specification:
      consent_url: "https://example.com/oauth?client_id={{client_id}}"
      access_token_url: https://example.com/token
"""
    )

    assert told["advanced_auth"] == {
        "auth_flow_type": "oauth2.0",
        "predicate_key": ["auth", "type"],
        "oauth_config_specification": {
            "oauth_connector_input_specification": {
                "scopes_join_strategy": "space",
                "consent_url": "https://example.com/oauth?client_id={{client_id}}",
                "access_token_url": "https://example.com/token",
            }
        },
    }


def test_a_spec_needs_a_connection_specification() -> None:
    with pytest.raises(ManifestError, match="Spec needs `connection_specification`"):
        built("{type: Spec}", SPEC)
