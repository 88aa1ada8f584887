from __future__ import annotations

from penstock.components.quotas import TOKEN_QUOTA
from penstock.testing.fakes import built


def test_a_quota_is_where_the_manifest_says() -> None:
    """Paths in the quota status, headers of any answer, and the requests that count."""
    declared = built(
        """
        type: TokenQuota
        name: search
        remaining_path: [search, remaining]
        reset_path: [search, reset]
        remaining_header: X-Left
        exhaustion_status_codes: [403]
        matchers: [{url_path_pattern: search}]
        """,
        TOKEN_QUOTA,
    )

    assert declared.paths == {"remaining": ["search", "remaining"], "reset": ["search", "reset"], "limit": []}
    assert (declared.quota.remaining_header, declared.quota.reset_header) == ("X-Left", "")
    assert declared.quota.spent_statuses == {403}
    assert len(declared.quota.matchers) == 1
