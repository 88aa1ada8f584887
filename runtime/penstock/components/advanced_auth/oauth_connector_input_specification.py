from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from penstock.components.advanced_auth import OAUTH_INPUT, told
from penstock.registry import component, field


@component(OAUTH_INPUT)
class OauthConnectorInputSpecification:
    """The requests of an OAuth flow; `{{ … }}` in them is for the platform."""

    consent_url: str = field(
        doc="Where the user agrees.",
        examples=("https://example.com/oauth?client_id={{ client_id_value }}&state={{ state_value }}",),
    )
    access_token_url: str = field(
        doc="Where the code that comes back is changed for tokens.", examples=("https://example.com/token",)
    )
    scope: str | None = field(default=None, doc="The scopes, as one text.", examples=("read write",))
    scopes: list[dict[str, Any]] | None = field(
        default=None, doc="The scopes that the user must grant.", examples=([{"scope": "read"}],)
    )
    optional_scopes: list[dict[str, Any]] | None = field(
        default=None, doc="The scopes that the user may grant.", examples=([{"scope": "write"}],)
    )
    scopes_join_strategy: Literal["space", "comma", "plus"] = field(
        default="space", doc="What stands between scopes."
    )
    access_token_headers: dict[str, Any] | None = field(
        default=None, doc="Headers of the request for tokens."
    )
    access_token_params: dict[str, Any] | None = field(default=None, doc="Its body.")
    extract_output: list[str] | None = field(
        default=None, doc="The fields of the answer to keep.", examples=(["access_token", "refresh_token"],)
    )
    state: dict[str, Any] | None = field(
        default=None, doc="The least and the most length of the state.", examples=({"min": 7, "max": 27},)
    )
    client_id_key: str | None = field(default=None, doc="What the API calls the client id.")
    client_secret_key: str | None = field(default=None, doc="What the API calls the client secret.")
    scope_key: str | None = field(default=None, doc="What the API calls the scope.")
    state_key: str | None = field(default=None, doc="What the API calls the state.")
    auth_code_key: str | None = field(default=None, doc="What the API calls the code.")
    redirect_uri_key: str | None = field(default=None, doc="What the API calls the redirect URI.")

    def problems(self) -> Iterator[tuple[str, str]]:
        """A range has two ends."""
        if self.state is not None and not {"min", "max"} <= self.state.keys():
            yield "state", "`state` needs `min` and `max`"

    def build(self, using: Any) -> dict[str, Any]:
        made = told(self, using)
        if self.state is not None:
            made["state"] = {"min": self.state["min"], "max": self.state["max"]}
        return made
