"""Tokens that expire: kept while they are good, fetched anew by one thread when they are not."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from penstock.lean import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A token; it is no good any more from the moment `expires`, or always good where that is None."""

    value: str
    expires: dt.datetime | None = None


class TokenKeeper:
    """Gives a token that is good. Safe to use from any thread; `fetch` is told the token before, if there was one."""

    def __init__(
        self,
        fetch: Callable[[Token | None], Token],
        clock: Callable[[], dt.datetime],
        first: Token | None = None,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token = first
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """The token of this moment."""
        with self._lock:
            token = self._token
            if token is None or (token.expires is not None and self._clock() >= token.expires):
                token = self._token = self._fetch(token)
            return token.value

    def refresh(self) -> None:
        """Fetch a new token now."""
        with self._lock:
            self._token = self._fetch(self._token)
