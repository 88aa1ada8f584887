"""Advanced authentication: how a platform obtains OAuth credentials. It is told in the SPEC message, and not used here."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from penstock.registry import Kind

Json = Any

AUTH_FLOW: Kind[dict[str, Json]] = Kind("auth_flow", "How a platform obtains OAuth credentials.")
OAUTH_CONFIG: Kind[dict[str, Json]] = Kind("oauth_config", "What goes in and out of an OAuth flow.")
OAUTH_INPUT: Kind[dict[str, Json]] = Kind("oauth_input", "The requests of an OAuth flow.")


def told(declared: Any, using: Any) -> dict[str, Json]:
    """The fields of such a component as the SPEC message has them: those that are set, nulls inside left out."""
    values = {f.name: getattr(declared, f.name) for f in fields(declared)}
    return {
        name: value.build(using) if hasattr(value, "build") else _without_nulls(value)
        for name, value in values.items()
        if value is not None
    }


def _without_nulls(value: Json) -> Json:
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    if isinstance(value, dict):
        return {key: child for key, child in value.items() if child is not None}
    return value
