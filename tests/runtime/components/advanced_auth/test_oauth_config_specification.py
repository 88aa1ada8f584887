from __future__ import annotations

from penstock.components.advanced_auth import OAUTH_CONFIG
from penstock.testing.fakes import built


def test_schemas_are_told_as_they_are_written() -> None:
    """But for nulls at their top; the requests have their defaults."""
    told = built(
        """
        type: OAuthConfigSpecification
        oauth_user_input_from_connector_config_specification: {type: object, title: null, properties: {a: null}}
        oauth_connector_input_specification: {consent_url: c, access_token_url: t}
        """,
        OAUTH_CONFIG,
    )

    assert told == {
        "oauth_user_input_from_connector_config_specification": {"type": "object", "properties": {"a": None}},
        "oauth_connector_input_specification": {
            "consent_url": "c",
            "access_token_url": "t",
            "scopes_join_strategy": "space",
        },
    }


def test_nothing_is_needed() -> None:
    assert built("{type: OAuthConfigSpecification}", OAUTH_CONFIG) == {}
