"""Sends again what failed, as the stream's error handler says, with waits that end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import field
from typing import Literal, Protocol, Self

from penstock.diagnostics import Span
from penstock.errors import FailureType, RequestError
from penstock.http.request import HttpRequest, HttpResponse, Send
from penstock.http.transport import TransportFailure
from penstock.lean import dataclass
from penstock.masking.exits import Log

Action = Literal[
    "SUCCESS", "FAIL", "RETRY", "IGNORE", "RESET_PAGINATION", "RATE_LIMITED", "REFRESH_TOKEN_THEN_RETRY"
]
"""What an error handler can decide (manifest language, HttpResponseFilter.action)."""

Outcome = HttpResponse | TransportFailure

MOST_SECONDS = 600.0
"""An attempt that fails this long after the first is the last. One wait may be longer, as hourly limits ask."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The component that decided, and where it is written."""

    type_name: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What to do about an outcome, whose fault it is, and what to tell. `by` is the filter that said so, if one did."""

    action: Action
    failure_type: FailureType
    message: str
    by: Origin | None = field(default=None, compare=False)


class DeclaredWait(float):
    """Seconds that a declared strategy asks for, and which one: `by`."""

    by: Origin

    def __new__(cls, seconds: float, by: Origin) -> Self:
        made = super().__new__(cls, seconds)
        made.by = by
        return made


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of attempt `attempt` (1-based) of a request: the handler's word, and the wait before the next one.

    `wait_seconds` is None where no further attempt follows. `waits_by` is the strategy that asked for the wait, or one
    of `OURS`, `RETRY_AFTER` and `OTHER_TOKEN`, or `HANDLER` where a custom handler does not tell.
    """

    outcome: Outcome
    resolution: Resolution
    attempt: int
    max_retries: int
    wait_seconds: float | None
    waits_by: Origin | str


OURS = "our own figure: 1, 2, 4 seconds and so on"
RETRY_AFTER = "the header Retry-After"
OTHER_TOKEN = "the authenticator's other credentials"
HANDLER = "the error handler"


class ErrorHandler(Protocol):
    """Decides about outcomes."""

    @property
    def max_retries(self) -> int:
        """The most attempts after the first."""
        ...

    def resolve(self, outcome: Outcome) -> Resolution: ...

    def wait_seconds(self, outcome: Outcome, attempt: int) -> float | None:
        """Seconds to wait after attempt `attempt` (1-based) by a declared strategy; None leaves it to us."""
        ...


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How one requester retries.

    `rate_limited` is told at each attempt that the API throttles; `refresh` gets a new token; `soon` gives the seconds
    after which other credentials can send what was throttled; `decided` is told of every answer that is no success.
    """

    handler: ErrorHandler
    sleep: Callable[[float], None]
    monotonic: Callable[[], float]
    log: Log
    where: str
    rate_limited: Callable[[], None]
    refresh: Callable[[], None]
    soon: Callable[[Outcome], float | None] = lambda outcome: None
    decided: Callable[[Decision], None] = lambda decision: None


class PaginationResetAsked(RequestError):  # noqa: N818 - the page loop takes it as a wish
    """The pages are to begin anew; whoever reads pages does that. Of a single request, it is an error."""

    def __init__(self, message: str = "the pages are to begin anew") -> None:
        super().__init__(message)


def retrying(send: Send, policy: RetryPolicy) -> Send:
    """Wrap `send`: give the first answer that may be used, or raise RequestError."""

    def send_until_settled(request: HttpRequest) -> HttpResponse:
        started = policy.monotonic()
        attempt = 0
        while True:
            attempt += 1
            outcome = _attempt(send, request)
            resolution = policy.handler.resolve(outcome)
            action = resolution.action
            if action in {"SUCCESS", "IGNORE"} and isinstance(outcome, HttpResponse):
                if action == "IGNORE":
                    policy.decided(_final(policy, outcome, resolution, attempt))
                    policy.log("INFO", f"{policy.where}: ignored {_told(outcome, resolution)}")
                return outcome
            if action in {"RESET_PAGINATION", "FAIL", "SUCCESS", "IGNORE"}:
                policy.decided(_final(policy, outcome, resolution, attempt))
            if action == "RESET_PAGINATION":
                raise PaginationResetAsked(f"{policy.where}: {_told(outcome, resolution)}")
            if action == "FAIL" or action in {"SUCCESS", "IGNORE"}:
                raise RequestError(
                    f"{policy.where}: {_told(outcome, resolution)}", failure_type=resolution.failure_type
                )
            if action == "RATE_LIMITED":
                policy.rate_limited()
            try:
                wait, by = _wait(policy, outcome, action, attempt)
            except RequestError:
                policy.decided(_final(policy, outcome, resolution, attempt))
                raise
            if attempt > policy.handler.max_retries or policy.monotonic() - started >= MOST_SECONDS:
                policy.decided(_final(policy, outcome, resolution, attempt))
                raise _exhausted(policy, outcome, resolution, attempt)
            policy.decided(Decision(outcome, resolution, attempt, policy.handler.max_retries, wait, by))
            if action == "REFRESH_TOKEN_THEN_RETRY":
                policy.refresh()
            policy.log("INFO", f"{policy.where}: {_told(outcome, resolution)}; trying again in {wait:g} s")
            policy.sleep(wait)

    return send_until_settled


def _final(policy: RetryPolicy, outcome: Outcome, resolution: Resolution, attempt: int) -> Decision:
    return Decision(outcome, resolution, attempt, policy.handler.max_retries, None, "")


def _attempt(send: Send, request: HttpRequest) -> Outcome:
    try:
        return send(request)
    except TransportFailure as failure:
        return failure


def _wait(policy: RetryPolicy, outcome: Outcome, action: Action, attempt: int) -> tuple[float, Origin | str]:
    """Seconds before the next attempt, and who says so: a declared strategy's plus one, else 1, 2, 4 and so on.

    RFC 9110 §10.2.3: a `Retry-After` that asks for longer than our own figure is heeded.
    """
    soon = policy.soon(outcome) if action == "RATE_LIMITED" else None
    if soon is not None:
        return soon + 1, OTHER_TOKEN
    declared = policy.handler.wait_seconds(outcome, attempt)
    if declared:
        return declared + 1, declared.by if isinstance(declared, DeclaredWait) else HANDLER
    ours = float(2 ** min(attempt - 1, 9))
    asked = outcome.header("Retry-After") if isinstance(outcome, HttpResponse) else None
    try:
        seconds = float(asked) if asked else 0.0
    except ValueError:
        return ours, OURS
    return (seconds, RETRY_AFTER) if ours < seconds < MOST_SECONDS else (ours, OURS)


def _told(outcome: Outcome, resolution: Resolution) -> str:
    if resolution.message:
        return resolution.message
    return f"HTTP {outcome.status}" if isinstance(outcome, HttpResponse) else outcome.reason


def _exhausted(policy: RetryPolicy, outcome: Outcome, resolution: Resolution, attempts: int) -> RequestError:
    times = f"{attempts} attempts" if attempts > 1 else "1 attempt"
    if isinstance(outcome, HttpResponse) and outcome.status == 429:
        return RequestError(
            f"{policy.where}: the API's rate limit did not lift in {times} (HTTP 429)",
            failure_type="transient_error",
        )
    return RequestError(
        f"{policy.where}: gave up after {times}: {_told(outcome, resolution)}",
        failure_type=resolution.failure_type,
    )


class Interrupted(Exception):  # noqa: N818 - nothing went wrong
    """The run is being stopped while a worker waits."""


def interruptible_sleep(
    stop: threading.Event, nap: Callable[[float], None] = time.sleep
) -> Callable[[float], None]:
    """A sleep that ends within half a second, with Interrupted, when the run is stopped."""

    def sleep(seconds: float) -> None:
        left = seconds
        while left > 0:
            if stop.is_set():
                raise Interrupted
            nap(min(left, 0.5))
            left -= 0.5

    return sleep
