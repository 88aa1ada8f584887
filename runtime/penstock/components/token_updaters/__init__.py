"""Token updaters: where tokens that were refreshed are saved."""

from __future__ import annotations

from collections.abc import Sequence

from penstock.lean import dataclass
from penstock.registry import Kind


@dataclass(frozen=True, slots=True)
class TokenPlaces:
    """The refresh token's name in the answer, and the keys that lead to each token in the config.

    `refusal` is what tells that a refresh token is no good: statuses, a key of the answer, and its values.
    """

    refresh_token_name: str
    access_token: Sequence[str]
    refresh_token: Sequence[str]
    expiry: Sequence[str]
    refusal: tuple[Sequence[int], str, Sequence[str]]


TOKEN_UPDATER: Kind[TokenPlaces] = Kind("token_updater", "Where in the config refreshed tokens are saved.")
