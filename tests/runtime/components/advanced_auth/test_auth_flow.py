from __future__ import annotations

import pytest

from penstock.components.advanced_auth import AUTH_FLOW
from penstock.errors import ManifestError
from penstock.testing.fakes import built, component


def test_a_flow_is_told_as_it_is_set() -> None:
    """What is not set is left out, and so is what the language does not know."""
    flow = built(
        """
        type: AuthFlow
        auth_flow_type: oauth2.0
        predicate_key: [credentials, auth_type]
        predicate_value: null
        note: not told
        oauth_config_specification: {complete_oauth_output_specification: {type: object, title: null}}
        """,
        AUTH_FLOW,
    )

    assert flow == {
        "auth_flow_type": "oauth2.0",
        "predicate_key": ["credentials", "auth_type"],
        "oauth_config_specification": {"complete_oauth_output_specification": {"type": "object"}},
    }


def test_a_flow_follows_a_protocol_that_is_known() -> None:
    with pytest.raises(ManifestError, match="has no option of this name"):
        component("{type: AuthFlow, auth_flow_type: oauth3}", AUTH_FLOW)
