"""The security schemes of an OpenAPI document as credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock_builder.importers.making.imported import Auth, Input
from penstock_builder.importers.making.json_schemas import References
from penstock_builder.importers.making.names import key_name, snake

Json = Any


def auths_of(requirements: Json, schemes: Json, references: References) -> tuple[tuple[Auth, ...], str]:
    """The credentials of the first requirement that can be met, and a note on those that cannot; both perhaps empty."""
    unmet: list[str] = []
    for requirement in requirements if isinstance(requirements, list) else []:
        if not isinstance(requirement, dict):
            continue
        if not requirement:
            continue
        made = [
            _auth(str(name), references.mapping((schemes or {}).get(name)), scopes)
            for name, scopes in requirement.items()
        ]
        known = [auth for auth in made if auth is not None]
        simple = [auth for auth in known if auth.kind in ("header", "query")]
        others = [auth for auth in known if auth not in simple]
        if len(known) == len(made) and len(others) <= 1:
            return (*others, *simple), ""
        unmet += [str(name) for name, auth in zip(requirement, made, strict=True) if auth is None]
    return (), f"no component for the security schemes {', '.join(sorted(set(unmet)))}" if unmet else ""


def _auth(name: str, scheme: Mapping[str, Json], scopes: Json) -> Auth | None:
    kind = scheme.get("type")
    told = str(scheme.get("description") or "").strip().split("\n")[0]
    if kind == "basic" or (kind == "http" and str(scheme.get("scheme")).lower() == "basic"):
        return Auth("basic", (Input("username", told), Input("password", secret=True)))
    if kind == "http" and str(scheme.get("scheme")).lower() == "bearer":
        return Auth("bearer", (Input("api_token", told or "The access token.", secret=True),))
    if kind == "apiKey" and scheme.get("in") in ("header", "query", "cookie") and scheme.get("name"):
        return _api_key(name, str(scheme["name"]), str(scheme["in"]), told)
    if kind == "oauth2":
        return _oauth(scheme, scopes)
    if kind == "openIdConnect":
        return Auth("bearer", (Input("api_token", "An access token.", secret=True),))
    return None


def _api_key(scheme: str, name: str, place: str, told: str) -> Auth:
    if place == "cookie":
        return Auth("header", (Input(snake(scheme), told, secret=True),), "Cookie", f"{name}=")
    given = Input(key_name(name), told, secret=True)
    return Auth("header" if place == "header" else "query", (given,), name)


def _oauth(scheme: Mapping[str, Json], asked: Json) -> Auth | None:
    """The flow that needs no person, else one with a refresh token; of Swagger 2 the only one."""
    flows = scheme.get("flows")
    if not isinstance(flows, dict):
        flows = {_SWAGGER_FLOWS.get(str(scheme.get("flow")), ""): scheme}
    client = (
        Input("client_id", "The client's id."),
        Input("client_secret", "The client's secret.", secret=True),
    )
    refresh = Input("refresh_token", "The refresh token.", secret=True)
    for flow, kind in (
        ("clientCredentials", "oauth_client"),
        ("authorizationCode", "oauth_refresh"),
        ("password", "oauth_refresh"),
    ):
        declared = flows.get(flow)
        if isinstance(declared, dict) and declared.get("tokenUrl"):
            url = str(declared.get("refreshUrl") or declared["tokenUrl"])
            scopes = tuple(str(scope) for scope in asked) if isinstance(asked, list) else ()
            if kind == "oauth_client":
                return Auth("oauth_client", client, token_url=url, scopes=scopes)
            return Auth("oauth_refresh", (*client, refresh), token_url=url, scopes=scopes)
    return Auth("bearer", (Input("access_token", "An access token.", secret=True),))


_SWAGGER_FLOWS: Mapping[str, str] = {
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
    "password": "password",
}
