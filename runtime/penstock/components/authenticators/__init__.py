"""Authenticators: what proves to the API who asks."""

from __future__ import annotations

from collections.abc import Callable

from penstock.http.request import NO_OPTIONS, HttpRequest, RequestOptions, Send
from penstock.http.retry import Outcome
from penstock.lean import dataclass
from penstock.registry import Kind


@dataclass(frozen=True, slots=True)
class Authenticator:
    """A built authenticator: `options` gives the credentials of this moment, `refresh` gets new ones.

    `token` gives the bare token, where there is one that other authenticators may use. `sign` changes a request that has
    all else in it already. `around` is for credentials that depend on the request and learn from its answer: what it
    wraps sends. `soon` gives the seconds after which other credentials can send what the API throttled, None for none.
    """

    options: Callable[[], RequestOptions] = lambda: NO_OPTIONS
    refresh: Callable[[], None] = lambda: None
    token: Callable[[], str] = str
    sign: Callable[[HttpRequest], HttpRequest] | None = None
    around: Callable[[Send], Send] = lambda send: send
    soon: Callable[[Outcome], float | None] = lambda outcome: None


def bearer(token: str) -> RequestOptions:
    """A token as `Authorization: Bearer …` (RFC 6750 §2.1)."""
    return RequestOptions(headers={"Authorization": f"Bearer {token}"})


AUTHENTICATOR: Kind[Authenticator] = Kind(
    "authenticator", "Proves to the API who asks.", custom="CustomAuthenticator"
)
