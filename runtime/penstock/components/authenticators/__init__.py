"""Authenticators: what proves to the API who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.registry import Kind


@dataclass(frozen=True, slots=True)
class Authenticator:
    """A built authenticator: `options` gives the credentials of this moment, `refresh` gets new ones.

    `token` gives the bare token, where there is one that other authenticators may use.
    """

    options: Callable[[], RequestOptions] = lambda: NO_OPTIONS
    refresh: Callable[[], None] = lambda: None
    token: Callable[[], str] = str


def bearer(token: str) -> RequestOptions:
    """A token as `Authorization: Bearer …` (RFC 6750 §2.1)."""
    return RequestOptions(headers={"Authorization": f"Bearer {token}"})


AUTHENTICATOR: Kind[Authenticator] = Kind(
    "authenticator", "Proves to the API who asks.", custom="CustomAuthenticator"
)
