"""Keeps the rate of requests within what the API allows, over all streams of a run: waits before, not after the refusal.

Times are those of a monotonic clock, in seconds.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from penstock.errors import StreamError
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.lean import dataclass
from penstock.masking.exits import Log

Json = Any


@dataclass(frozen=True, slots=True)
class Matcher:
    """Picks requests that meet every criterion given; `weight` is what one of them costs.

    `base` is `scheme://host`, `path` is searched for in the path without a slash at its end; `params` and `headers` are
    among those of the request.
    """

    method: str = ""
    base: str = ""
    path: re.Pattern[str] | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    weight: int = 1

    def picks(self, request: HttpRequest) -> bool:
        """Tell whether a request is meant."""
        if self.method and self.method != request.method:
            return False
        if self.base or self.path is not None or self.params:
            url = urlsplit(request.full_url())
            if self.base and self.base != f"{url.scheme}://{url.netloc}":
                return False
            if self.path is not None and not self.path.search(url.path.rstrip("/")):
                return False
            if not self.params.items() <= dict(parse_qsl(url.query)).items():
                return False
        if not self.headers:
            return True
        given = {name.lower(): str(value) for name, value in request.options.headers.items()}
        return self.headers.items() <= given.items()


def weight_of(request: HttpRequest, matchers: Sequence[Matcher]) -> int | None:
    """What the first matcher that picks the request makes it cost, 1 where there are none; None where none picks it."""
    if not matchers:
        return 1
    return next((matcher.weight for matcher in matchers if matcher.picks(request)), None)


class Window(Protocol):
    """What remembers the calls that count. Safe to use from any thread."""

    @property
    def most(self) -> int:
        """The heaviest call that will ever fit."""
        ...

    def take(self, weight: int, now: float) -> float:
        """Note a call and give 0; or give the seconds after which there may be room, and note nothing."""
        ...

    def learn(self, left: int | None, resets_in: float | None, now: float) -> None:
        """Heed what an answer said: the calls that are left, and the seconds until all are there again."""
        ...


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any `seconds`."""

    calls: int
    seconds: float


class MovingWindow:
    """Limits that look back from each moment. Remembers at most as many calls as the largest limit allows."""

    def __init__(self, limits: Sequence[Limit]) -> None:
        self._recent = [_Recent(limit) for limit in sorted(limits, key=lambda limit: limit.seconds)]
        self._lock = threading.Lock()
        self.most = min(limit.calls for limit in limits)

    def take(self, weight: int, now: float) -> float:
        with self._lock:
            wait = max(recent.wait(weight, now) for recent in self._recent)
            if wait <= 0:
                self._note(weight, now)
            return wait

    def learn(self, left: int | None, resets_in: float | None, now: float) -> None:
        """An answer that says that nothing is left, and not until when, fills the shortest window."""
        if left == 0 and resets_in is None:
            with self._lock:
                room = self._recent[0].room(now)
                if room > 0:
                    self._note(room, now)

    def _note(self, weight: int, now: float) -> None:
        for recent in self._recent:
            recent.note(weight, now)


class _Recent:
    """The calls that one limit still counts."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._calls: deque[tuple[float, int]] = deque()
        self._held = 0

    def room(self, now: float) -> int:
        while self._calls and self._calls[0][0] + self._limit.seconds <= now:
            self._held -= self._calls.popleft()[1]
        return self._limit.calls - self._held

    def wait(self, weight: int, now: float) -> float:
        over = weight - self.room(now)
        for at, held in self._calls:
            if over <= 0:
                break
            over -= held
            if over <= 0:
                return at + self._limit.seconds - now
        return 0.0

    def note(self, weight: int, now: float) -> None:
        self._calls.append((now, weight))
        self._held += weight


class FixedWindow:
    """So many calls, and then none until all are there again. The first window begins with the first call."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._used = 0
        self._ends: float | None = None
        self._lock = threading.Lock()
        self.most = limit.calls

    def take(self, weight: int, now: float) -> float:
        with self._lock:
            ends = self._current(now)
            if self._used + weight > self._limit.calls:
                return ends - now
            self._used += weight
            return 0.0

    def learn(self, left: int | None, resets_in: float | None, now: float) -> None:
        """What is left only ever lowers our own figure; when it is there again is the API's to say."""
        with self._lock:
            self._current(now)
            if left is not None:
                self._used = max(self._used, self._limit.calls - left)
            if resets_in is not None and resets_in > 0:
                self._ends = now + resets_in

    def _current(self, now: float) -> float:
        """When the window of this moment ends."""
        if self._ends is None:
            self._ends = now + self._limit.seconds
        elif now >= self._ends:
            self._ends += self._limit.seconds * (1 + (now - self._ends) // self._limit.seconds)
            self._used = 0
        return self._ends


@dataclass(frozen=True, slots=True)
class Policy:
    """The limit of the requests that one of the matchers picks, or of all without matchers; no window, no limit."""

    matchers: Sequence[Matcher]
    window: Window | None


@dataclass(frozen=True, slots=True)
class Budget:
    """The policies of an API; the first that governs a request counts.

    `remaining_header` holds the calls that are left, `reset_header` the epoch second at which all are there again; an
    answer of `spent_statuses` says that none is left.
    """

    policies: Sequence[Policy]
    remaining_header: str
    reset_header: str
    spent_statuses: frozenset[int]
    clock: Callable[[], dt.datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    log: Log

    def within(self, send: Send) -> Send:
        """Wrap `send`: wait until there is room, then learn from the answer."""
        return lambda request: self._send(request, send)

    def _send(self, request: HttpRequest, send: Send) -> HttpResponse:
        for policy in self.policies:
            weight = weight_of(request, policy.matchers)
            if weight is not None:
                break
        else:
            return send(request)
        window = policy.window
        if window is None:
            return send(request)
        if weight > window.most:
            raise StreamError(
                f"the API budget allows {window.most} at once, and a request weighs {weight}",
                failure_type="config_error",
            )
        while (wait := window.take(weight, self.monotonic())) > 0:
            if wait >= 1:
                self.log("INFO", f"the API budget has room for the next request in {wait:.0f} s")
            self.sleep(wait)
        response = send(request)
        left = (
            0
            if response.status in self.spent_statuses
            else whole_number_in(response.header(self.remaining_header))
        )
        reset = whole_number_in(response.header(self.reset_header))
        resets_in = None if reset is None else reset - self.clock().timestamp()
        window.learn(left, resets_in, self.monotonic())
        return response


def whole_number_in(text: Json) -> int | None:
    """The number that a header or an answer holds, its fraction cut off; None where it is none."""
    if isinstance(text, bool):
        return None
    try:
        return int(float(text))
    except (TypeError, ValueError, OverflowError):
        return None
