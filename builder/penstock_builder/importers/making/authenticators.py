"""Credentials as components of the manifest language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from penstock.authoring import ConfigError
from penstock_builder.importers.making.imported import Auth

Json = Any


def authenticator(auth: Auth) -> dict[str, Json]:
    """The component that sends a credential, with its values from the config."""
    values = [f"{{{{ config['{each.name}'] }}}}" for each in auth.inputs]
    if auth.kind == "bearer":
        return {"type": "BearerAuthenticator", "api_token": values[0]}
    if auth.kind == "basic":
        made = {"type": "BasicHttpAuthenticator", "username": values[0]}
        return {**made, "password": values[1]} if len(values) > 1 else made
    if auth.kind in ("header", "query"):
        into = "header" if auth.kind == "header" else "request_parameter"
        option = {"type": "RequestOption", "inject_into": into, "field_name": auth.name}
        return {"type": "ApiKeyAuthenticator", "api_token": auth.prefix + values[0], "inject_into": option}
    made_oauth: dict[str, Json] = {
        "type": "OAuthAuthenticator",
        "token_refresh_endpoint": auth.token_url,
        "client_id": values[0],
        "client_secret": values[1],
    }
    if auth.kind == "oauth_client":
        made_oauth["grant_type"] = "client_credentials"
    else:
        made_oauth["refresh_token"] = values[2]
    if auth.scopes:
        made_oauth["scopes"] = list(auth.scopes)
    return made_oauth


def extra_options(auths: Iterable[Auth]) -> tuple[dict[str, str], dict[str, str]]:
    """Parameters and headers that carry further credentials. Raises ConfigError where those need more than that."""
    params: dict[str, str] = {}
    headers: dict[str, str] = {}
    for auth in auths:
        value = f"{auth.prefix}{{{{ config['{auth.inputs[0].name}'] }}}}"
        if auth.kind == "bearer":
            headers["Authorization"] = f"Bearer {value}"
        elif auth.kind in ("header", "query"):
            (headers if auth.kind == "header" else params)[auth.name] = value
        else:
            raise ConfigError("an operation needs several credentials at once, of which two log in")
    return params, headers
