"""Spreads requests over several tokens, each with what is left of its quotas, and waits where all are used up."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from weakref import WeakSet

from penstock.errors import RequestError, ResponseError
from penstock.http.budget import Matcher, weight_of, whole_number_in
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.http.retry import Outcome
from penstock.lean import dataclass
from penstock.masking.exits import Log

Json = Any

SHORTEST_WAIT = 5.0
LONGEST_DELAY = 10.0
SHORTEST_DELAY = 0.1
SECONDS_TO_ANOTHER_TOKEN = 0.1
"""How long to wait before a refused request goes out again with a token that has something left."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A count that the API keeps for each token, for the requests that a matcher picks, or for all others.

    The headers tell of an answer's token what is left and the epoch second at which all is there again; an answer of
    `spent_statuses` that does not say so means that nothing is left.
    """

    matchers: Sequence[Matcher]
    remaining_header: str
    reset_header: str
    limit_header: str
    spent_statuses: frozenset[int]


@dataclass(slots=True)
class Count:
    """What is left for one token, until the epoch second `resets_at`, of `limit` where that is known."""

    left: int
    resets_at: float
    limit: int | None = None


Ask = Callable[[str], Sequence[Count] | None]
"""Asks the API for a token's counts, one for each quota; None where it keeps none."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Bounds on waiting: the seconds in all, and what is kept in reserve by asking more slowly."""

    most_seconds: float
    reserve_fraction: float
    least_reserve: int


class TokenPool:
    """The tokens of one API. Safe to use from any thread."""

    def __init__(
        self,
        tokens: Sequence[str],
        quotas: Sequence[Quota],
        ask: Ask,
        patience: Patience,
        *,
        clock: Callable[[], dt.datetime],
        sleep: Callable[[float], None],
        log: Log,
    ) -> None:
        self._tokens = tokens
        self._quotas = quotas
        self._ask = ask
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._log = log
        self._lock = threading.Lock()
        self._counts: list[Sequence[Count]] = []
        self._seeded = False
        self._active = 0
        self._elsewhere: WeakSet[HttpResponse] = WeakSet()

    def around(self, send: Send, sign: Callable[[HttpRequest, str], HttpRequest]) -> Send:
        """Wrap `send`: sign each request with a token that has something left, and heed what its answer says."""

        def send_signed(request: HttpRequest) -> HttpResponse:
            number = self._quota_of(request)
            token = self._take(number)
            response = send(sign(request, self._tokens[token]))
            self._heed(response, token, number)
            return response

        return send_signed

    def soon(self, outcome: Outcome) -> float | None:
        """Seconds until another token can send what was refused to this one; None where none can."""
        known = isinstance(outcome, HttpResponse) and outcome in self._elsewhere
        return SECONDS_TO_ANOTHER_TOKEN if known else None

    def _quota_of(self, request: HttpRequest) -> int:
        for number, quota in enumerate(self._quotas):
            if quota.matchers and weight_of(request, quota.matchers) is not None:
                return number
        return next((number for number, quota in enumerate(self._quotas) if not quota.matchers), 0)

    def _take(self, quota: int) -> int:
        """Charge a request to a token, and wait as its quota asks. Raises RequestError where that takes too long."""
        waited = 0.0
        while True:
            with self._lock:
                self._seed()
                token = self._next_with(quota)
                if token is not None:
                    delay = self._charge(token, quota)
                    break
                wait = max(
                    min(counts[quota].resets_at for counts in self._counts) - self._now(), SHORTEST_WAIT
                )
                self._seeded = False
            waited += wait
            if waited > self._patience.most_seconds:
                raise RequestError(
                    "no token has anything left of its quota, and waiting for that takes longer than `max_wait_time`",
                    failure_type="transient_error",
                )
            self._log("INFO", f"every token is used up; going on in {wait:.0f} s")
            self._sleep(wait)
        if delay >= SHORTEST_DELAY:
            self._sleep(delay)
        return token

    def _seed(self) -> None:
        if self._seeded:
            return
        asked = [self._ask(token) for token in self._tokens]
        self._counts = [counts for counts in asked if counts is not None]
        if len(self._counts) < len(asked):
            self._counts = []
        self._seeded = True

    def _next_with(self, quota: int) -> int | None:
        """The token that is in use, or the next that has something left; without counts each in turn."""
        if not self._counts:
            return self._active
        turns = range(self._active, self._active + len(self._tokens))
        return next(
            (turn % len(self._tokens) for turn in turns if self._left(turn % len(self._tokens), quota)), None
        )

    def _left(self, token: int, quota: int) -> bool:
        return self._counts[token][quota].left > 0

    def _charge(self, token: int, quota: int) -> float:
        """Note a request; gives the seconds to wait first, so that a reserve that is touched lasts until the reset."""
        if not self._counts:
            self._active = (token + 1) % len(self._tokens)
            return 0.0
        self._active = token
        counts = [of_token[quota] for of_token in self._counts]
        counts[token].left -= 1
        left = sum(max(count.left, 0) for count in counts)
        if left == 0 or any(count.left >= self._reserve(count) for count in counts):
            return 0.0
        return min((min(count.resets_at for count in counts) - self._now()) / left, LONGEST_DELAY)

    def _reserve(self, count: Count) -> float:
        return max(self._patience.least_reserve, self._patience.reserve_fraction * (count.limit or 0))

    def _heed(self, response: HttpResponse, token: int, number: int) -> None:
        quota = self._quotas[number]
        left = whole_number_in(response.header(quota.remaining_header)) if quota.remaining_header else None
        if left is None and response.status in quota.spent_statuses:
            left = 0
        resets_at = whole_number_in(response.header(quota.reset_header)) if quota.reset_header else None
        limit = whole_number_in(response.header(quota.limit_header)) if quota.limit_header else None
        with self._lock:
            if not self._counts:
                return
            count = self._counts[token][number]
            if resets_at is not None and resets_at > count.resets_at:
                count.resets_at = resets_at
                count.left = count.left if left is None else left
            elif left is not None and (resets_at is None or resets_at == count.resets_at):
                count.left = min(count.left, left)
            count.limit = count.limit if limit is None else limit
            if count.left <= 0 and any(of_token[number].left > 0 for of_token in self._counts):
                self._elsewhere.add(response)

    def _now(self) -> float:
        return self._clock().timestamp()


def count_in(
    body: Json, find: Callable[[Json, Sequence[str]], Json], paths: Mapping[str, Sequence[str]]
) -> Count:
    """A token's count in the answer of a quota status. Raises ResponseError where a path leads to no number.

    `paths` are those of `remaining`, `reset` and, where there is one, `limit`.
    """
    found = {}
    for name, path in paths.items():
        number = whole_number_in(find(body, path)) if path else None
        if path and number is None:
            raise ResponseError(f"the quota status has no number at the `{name}_path` `{'.'.join(path)}`")
        found[name] = number
    return Count(found["remaining"] or 0, float(found["reset"] or 0), found.get("limit"))
