"""Authenticators: what proves to the API who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from penstock.http.request import NO_OPTIONS, RequestOptions
from penstock.registry import Kind


@dataclass(frozen=True, slots=True)
class Authenticator:
    """A built authenticator: `options` gives the credentials of this moment, `refresh` gets new ones."""

    options: Callable[[], RequestOptions] = lambda: NO_OPTIONS
    refresh: Callable[[], None] = lambda: None


AUTHENTICATOR: Kind[Authenticator] = Kind(
    "authenticator", "Proves to the API who asks.", custom="CustomAuthenticator"
)
