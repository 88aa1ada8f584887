"""Rehearsals: what a manifest makes of an API that fails. Its own error handlers decide; nothing is waited for."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from penstock.authoring import (
    Decision,
    HttpRequest,
    HttpResponse,
    Json,
    Manifest,
    Origin,
    Sample,
    SampleLimits,
    Sampling,
    Send,
)
from penstock_builder.testing.faults import ASKED_SECONDS, Fault, Strike, all_faults

_LIMITS = SampleLimits(slices=2, pages=3, records=1_000, seconds=30)
_TRYING = frozenset({"RETRY", "RATE_LIMITED", "REFRESH_TOKEN_THEN_RETRY"})


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What becomes of one fault. Nothing in it is a value of the API or of the config.

    `struck` is false where the stream sends no request that the fault can strike. `status` is that of the answer, None
    where none came. `decided_by` is the response filter and its place, `default`, or `none` where nothing was decided,
    as of a success. `wait_seconds` is the wait before the second attempt and `waits_by` who asked for it. `attempts`
    and `gives_up_after_seconds` are those of a fault that lasts, and `message` is what a user would then read.
    `recovered` says whether the read went on after a fault that strikes once; `records` are those that came.
    """

    fault: str
    what: str
    struck: bool
    status: int | None
    action: str
    failure_type: str
    decided_by: str
    wait_seconds: float | None
    waits_by: str
    attempts: int
    gives_up_after_seconds: float
    message: str
    recovered: bool
    records: int
    hint: str


def rehearse(
    manifest: Manifest,
    stream: str,
    config: Mapping[str, Json],
    fault: str,
    *,
    answers: Callable[[Send], Send] = lambda send: send,
    on_request: int = 1,
) -> Rehearsal:
    """Let a fault strike the n-th request of a stream's pages, and say what comes of it.

    `answers` may answer instead of the network. Raises KeyError for a fault that there is not.
    """
    known = all_faults()[fault]
    at = max(on_request, known.needs_page)
    once = _Rehearsing(manifest, stream, config, known, answers, at, lasts=False)
    lasting = _Rehearsing(manifest, stream, config, known, answers, at, lasts=True)
    recovery, end = once.sampling.run(), lasting.sampling.run()
    tries = _of_one_request(lasting.decisions)
    decision = tries[0] if tries else None
    action = decision.resolution.action if decision is not None else "SUCCESS"
    wait = decision.wait_seconds if decision is not None else None
    error = end.error
    return Rehearsal(
        fault=fault,
        what=known.what,
        struck=bool(once.struck),
        status=once.status,
        action=action,
        failure_type=error.failure_type if error is not None else "",
        decided_by=_decided_by(decision),
        wait_seconds=wait,
        waits_by=_waits_by(decision),
        attempts=max(len(tries), min(lasting.struck, 1)),
        gives_up_after_seconds=sum(each.wait_seconds or 0.0 for each in tries),
        message=error.message if error is not None else "",
        recovered=bool(once.struck) and recovery.error is None,
        records=len(recovery.records),
        hint=_hint(known, action, wait) if once.struck else _unstruck(recovery, at),
    )


def unread_limits(rehearsals: Iterable[Rehearsal]) -> str:
    """How many ways of telling a rate limit the error handler does not heed; empty where it heeds all."""
    faults = all_faults()
    limits = [each for each in rehearsals if each.struck and faults[each.fault].asks is not None]
    unread = [each for each in limits if (each.wait_seconds or 0.0) < ASKED_SECONDS]
    if not unread:
        return ""
    return f"{len(unread)} of {len(limits)} ways to tell a rate limit are not heeded by this error handler"


class _Rehearsing:
    """A test read that a fault strikes: once, or at each attempt from then on."""

    def __init__(
        self,
        manifest: Manifest,
        stream: str,
        config: Mapping[str, Json],
        fault: Fault,
        answers: Callable[[Send], Send],
        on_request: int,
        *,
        lasts: bool,
    ) -> None:
        self.decisions: list[Decision] = []
        self.struck = 0
        self.status: int | None = None
        self._fault = fault
        self._answers = answers
        self._on_request = on_request
        self._lasts = lasts
        self._asked = 0
        self._before: HttpResponse | None = None
        self.sampling = Sampling(
            manifest,
            stream,
            copy.deepcopy(dict(config)),
            limits=_LIMITS,
            around=self._around,
            waits=False,
            decided=self._decided,
        )

    def _decided(self, decision: Decision) -> None:
        if self.struck:
            self.decisions.append(decision)

    def _around(self, network: Send) -> Send:
        real = self._answers(network)

        def send(request: HttpRequest) -> HttpResponse:
            if self.sampling.purpose != "page":
                return real(request)
            self._asked += 1
            strikes = self._asked >= self._on_request if self._lasts else self._asked == self._on_request
            if strikes:
                self.struck += 1
                answer = self._fault.strike(Strike(request, real, self._before, self.sampling.moment))
                self.status = answer.status
                return answer
            self._before = real(request)
            return self._before

        return send


def _of_one_request(decisions: list[Decision]) -> list[Decision]:
    """The decisions up to the first that ends its request."""
    last = next((at for at, each in enumerate(decisions) if each.wait_seconds is None), len(decisions))
    return decisions[: last + 1]


def _decided_by(decision: Decision | None) -> str:
    if decision is None:
        return "none"
    by = decision.resolution.by
    return "a custom error handler" if by is None else _told(by)


def _waits_by(decision: Decision | None) -> str:
    if decision is None or decision.wait_seconds is None:
        return ""
    by = decision.waits_by
    return _told(by) if isinstance(by, Origin) else by


def _told(origin: Origin) -> str:
    return f"{origin.type_name} at {origin.span}" if origin.span is not None else origin.type_name


def _unstruck(sample: Sample, on_request: int) -> str:
    if sample.error is not None:
        return f"the stream failed before its request {on_request} could be struck"
    return f"the stream sends no request {on_request}, so there is nothing to strike"


def _hint(fault: Fault, action: str, wait: float | None) -> str:
    given = fault.hints.get(action, "")
    asks = fault.asks
    if given or asks is None or action not in _TRYING or (wait or 0.0) >= ASKED_SECONDS:
        return given
    waited = f"the API asks for {ASKED_SECONDS} s, and {wait or 0:g} s are waited"
    if not asks.read_by:
        return f"{waited}: no strategy reads a date in `{asks.name}`; a ConstantBackoffStrategy waits long enough"
    return f"{waited}: add a {asks.read_by} for `{asks.name}`"
