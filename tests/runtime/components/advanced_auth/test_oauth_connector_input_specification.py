from __future__ import annotations

import pytest

from penstock.components.advanced_auth import OAUTH_INPUT
from penstock.errors import ManifestError
from penstock.testing.fakes import built, component

SMALLEST = (
    "type: OauthConnectorInputSpecification, consent_url: 'https://a/{{ client_id }}', access_token_url: t"
)


def test_requests_are_told_with_their_placeholders() -> None:
    """They are for the platform. Between scopes stands a space, unless it says otherwise."""
    told = built(
        f"{{{SMALLEST}, scopes: [{{scope: read, note: null}}], state: {{min: 7, max: 9, note: 1}}}}",
        OAUTH_INPUT,
    )

    assert told == {
        "consent_url": "https://a/{{ client_id }}",
        "access_token_url": "t",
        "scopes": [{"scope": "read"}],
        "scopes_join_strategy": "space",
        "state": {"min": 7, "max": 9},
    }


def test_a_range_has_two_ends() -> None:
    with pytest.raises(ManifestError, match="`state` needs `min` and `max`"):
        component(f"{{{SMALLEST}, state: {{min: 7}}}}", OAUTH_INPUT)
