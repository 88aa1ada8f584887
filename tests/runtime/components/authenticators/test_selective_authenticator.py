from __future__ import annotations

from typing import Any

import pytest

from penstock.components.authenticators import AUTHENTICATOR
from penstock.errors import ConfigError
from penstock.http.request import RequestOptions
from penstock.testing.fakes import built

SELECTIVE = """
type: SelectiveAuthenticator
authenticator_selection_path: [auth, kind]
authenticators:
  token: {type: BearerAuthenticator, api_token: "{{ config['auth']['token'] }}"}
  password: {type: BasicHttpAuthenticator, username: ada, password: secret}
  "1": {type: NoAuth}
"""


@pytest.mark.parametrize(
    ("auth", "headers"),
    [
        pytest.param({"kind": "token", "token": "t"}, {"Authorization": "Bearer t"}, id="one"),
        pytest.param({"kind": "password"}, {"Authorization": "Basic YWRhOnNlY3JldA=="}, id="another"),
        pytest.param({"kind": 1}, {}, id="a number counts as its text"),
    ],
)
def test_the_config_chooses(auth: Any, headers: dict[str, str]) -> None:
    """Only the chosen authenticator reads the config."""
    assert built(SELECTIVE, AUTHENTICATOR, auth=auth).options() == RequestOptions(headers=headers)


@pytest.mark.parametrize(
    ("auth", "told"),
    [
        pytest.param({}, "the config has no `auth.kind`", id="nothing chooses"),
        pytest.param({"kind": "canary"}, "names no authenticator of the manifest", id="it names none"),
    ],
)
def test_a_choice_that_is_none_is_an_error(auth: Any, told: str) -> None:
    """It tells the place and not the value."""
    with pytest.raises(ConfigError, match=told) as raised:
        built(SELECTIVE, AUTHENTICATOR, auth=auth)
    assert "canary" not in str(raised.value)
