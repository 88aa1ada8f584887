"""Asks a token endpoint for an access token (RFC 6749 §5), in the dialects that APIs speak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.errors import ResponseError
from penstock.expressions.dates import UTC, parse_iso
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.http.retry import Outcome, Resolution, RetryPolicy, retrying
from penstock.http.tokens import Token
from penstock.lean import dataclass
from penstock.masking.shape import describe

Json = Any

MOST_DEPTH = 5
"""Levels of an answer in which a token is looked for."""

USUAL_LIFE = dt.timedelta(hours=1)
"""How long a token is taken to be good where the answer does not say."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Tells a refresh token that is no good from other troubles; an ErrorHandler.

    It is one of these `statuses`, with one of these `values` at the answer's `key`.
    """

    statuses: Sequence[int]
    key: str
    values: Sequence[str]
    max_retries: int = 8

    def resolve(self, outcome: Outcome) -> Resolution:
        """A throttled or failing endpoint is asked again; a refused token is the user's to renew."""
        if not isinstance(outcome, HttpResponse):
            return Resolution("RETRY", "transient_error", outcome.reason)
        told = f"HTTP {outcome.status}"
        if outcome.status == 429 or outcome.status >= 500:
            return Resolution("RETRY", "transient_error", told)
        if outcome.ok:
            return Resolution("SUCCESS", "system_error", told)
        body = outcome.json_or_empty
        if outcome.status in self.statuses and isinstance(body, dict) and body.get(self.key) in self.values:
            return Resolution(
                "FAIL",
                "config_error",
                f"the refresh token is invalid or has expired; authenticate anew ({told})",
            )
        return Resolution(
            "FAIL", "config_error" if outcome.status < 404 else "system_error", f"it answered {told}"
        )

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        """As for any request."""
        return None


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """A token endpoint. `names` are those of access token, life time and refresh token in its answer."""

    send: Send
    policy: RetryPolicy
    clock: Callable[[], dt.datetime]
    minted: Callable[[str], None]
    names: tuple[str, str, str]
    life_is_a_moment: bool = False

    def ask(self, request: HttpRequest, before: Token | None) -> tuple[Token, str]:
        """A new token, and a new refresh token or empty text. Raises RequestError and ResponseError."""
        response = retrying(self.send, self.policy)(request)
        body = response.json_or_empty
        access_name, life_name, refresh_name = self.names
        value = _find(body, access_name)
        if not value:
            raise ResponseError(
                f"{self.policy.where}: there is no `{access_name}` in the answer, {describe(body)}",
                failure_type="config_error",
            )
        refresh_token = str(_find(body, refresh_name) or "")
        for secret in (str(value), refresh_token):
            self.minted(secret)
        return Token(str(value), self._expires(_find(body, life_name), before)), refresh_token

    def _expires(self, life: Json, before: Token | None) -> dt.datetime:
        now = self.clock()
        if not life:
            known = before.expires if before is not None else None
            return known if known is not None and known > now else now + USUAL_LIFE
        try:
            return moment_of(life) if self.life_is_a_moment else now + dt.timedelta(seconds=int(float(life)))
        except (ValueError, TypeError, OverflowError):
            raise ResponseError(
                f"{self.policy.where}: `{self.names[1]}` in the answer is no time",
                failure_type="config_error",
            ) from None


def moment_of(value: Json) -> dt.datetime:
    """A moment in ISO-8601, or in seconds since 1970. Raises ValueError."""
    text = str(value).strip()
    return dt.datetime.fromtimestamp(int(text), UTC) if text.isdigit() else parse_iso(text)


def _find(body: Json, name: str, depth: int = 0) -> Json:
    """The first value of this name, in document order, a level's own keys before what they hold."""
    if depth > MOST_DEPTH:
        return None
    if isinstance(body, Mapping):
        if name in body:
            return body[name]
        body = list(body.values())
    children = body if isinstance(body, list) else []
    return next((found for child in children if (found := _find(child, name, depth + 1)) is not None), None)
