from __future__ import annotations

import pytest

from penstock.components.session_tokens import SESSION_TOKEN_USE
from penstock.http.request import RequestOptions
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        pytest.param(
            "inject_into: {inject_into: header, field_name: X-Session}",
            RequestOptions(headers={"X-Session": "abc"}),
            id="the token itself",
        ),
        pytest.param(
            "inject_into: {inject_into: request_parameter, field_name: s}, api_token: 'Token {{ session_token }}'",
            RequestOptions(params={"s": "Token abc"}),
            id="a text around it",
        ),
    ],
)
def test_the_token_goes_where_the_manifest_says(settings: str, options: RequestOptions) -> None:
    """`session_token` is the token of the login."""
    use = built(f"{{type: ApiKey, {settings}}}", SESSION_TOKEN_USE)

    assert use("abc") == options
