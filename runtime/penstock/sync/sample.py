"""Reads the beginning of a stream for its author: every request and answer, page by page, and why it ended.

It is the code of `read`, with somebody who looks on, limits, and one worker, so that things come in order. What is told
of it holds no secret and no clear value of a masked field.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Any

from penstock.destinations.memory import MemoryDestination
from penstock.errors import PenstockError, as_told
from penstock.http.request import Send
from penstock.http.retry import Interrupted
from penstock.lean import dataclass
from penstock.masking.detectors import detector_names, sieve_of
from penstock.masking.policy import NO_POLICY, Masking, StreamMasks
from penstock.masking.redactor import Redactor
from penstock.masking.stand_ins import Make, StandIns, stars
from penstock.plan.compile import compile_source, find_stream, only_stream
from penstock.plan.manifest import Manifest
from penstock.records.resources import Resources
from penstock.sync.read import read
from penstock.sync.runtime import resources_for
from penstock.sync.sample_trace import Exchange, LogLine, SliceSample, Trace, Wait

Json = Any


@dataclass(frozen=True, slots=True)
class SampleLimits:
    """How much of a stream a sample reads: slices, pages of a slice, records in all, seconds in all."""

    slices: int = 5
    pages: int = 5
    records: int = 1_000
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What was read so far. Nothing in it is clear that is masked, and no secret.

    `other` are the exchanges before or between slices: logins, parents, jobs. `states` are those that a sync would have
    saved, in order. `reason` says why it ended, empty while it goes on; `error` what went wrong.
    """

    stream: str
    slices: tuple[SliceSample, ...] = ()
    other: tuple[Exchange, ...] = ()
    waits: tuple[Wait, ...] = ()
    log: tuple[LogLine, ...] = ()
    states: tuple[Json, ...] = ()
    reason: str = ""
    error: PenstockError | None = None
    seconds: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return bool(self.reason)

    @property
    def records(self) -> list[dict[str, Json]]:
        """Every masked record, in the order in which they were read."""
        return [record for slice_ in self.slices for page in slice_.pages for record in page.records]


@dataclass(slots=True)
class _Outcome:
    reason: str = ""
    error: PenstockError | None = None
    seconds: float = 0.0
    states: list[Mapping[str, Json]] = field(default_factory=list)


class Sampling:
    """A sample while it is taken. `run` takes it; any other thread may ask for a `snapshot`, or `cancel`.

    `around` may answer instead of the network. `changed` is told whenever there is something new.
    """

    def __init__(
        self,
        manifest: Manifest,
        stream: str,
        config: Mapping[str, Json],
        saved: Mapping[str, Json] | None = None,
        limits: SampleLimits | None = None,
        *,
        around: Callable[[Send], Send] = lambda send: send,
        redactor: Redactor | None = None,
        config_changed: Callable[[Mapping[str, Json]], None] = lambda config: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.redactor = redactor or Redactor()
        self.stream = stream
        self._manifest = manifest
        self._config = config
        self._saved = saved or {}
        self._limits = limits or SampleLimits()
        self._around = around
        self._config_changed = config_changed
        self._stop = threading.Event()
        self._cancelled = False
        self._outcome = _Outcome()
        self._trace = Trace(stream, self._limits, self._stop, changed)

    def run(self) -> Sample:
        """Take the sample, and give it. What goes wrong is part of it."""
        started = time.monotonic()
        outcome = self._outcome
        error: PenstockError | None = None
        try:
            error = self._read()
        except Interrupted:
            pass
        except Exception as unexpected:  # noqa: BLE001 - whatever fails is what the sample shows
            error = unexpected if isinstance(unexpected, PenstockError) else as_told(unexpected)
        outcome.seconds = time.monotonic() - started
        outcome.error = error
        outcome.reason = self._reason(error)
        self._trace.changed()
        return self.snapshot()

    def cancel(self) -> None:
        """End the sample: no further request is sent."""
        self._cancelled = True
        self._stop.set()
        self._trace.changed()

    def snapshot(self, make: Make = stars, *, detect: bool = True) -> Sample:
        """What there is so far. `make` gives what stands for clear values outside records.

        With `detect`, what looks like personal data is taken out of answers even where no mask knows it.
        """
        outcome = self._outcome
        told = self._trace.told(StandIns(self.redactor, make, sieve_of(detector_names()) if detect else None))
        error = outcome.error
        return Sample(
            self.stream,
            told.slices,
            told.other,
            told.waits,
            told.log,
            tuple(told.stand_ins.value(dict(state)) for state in list(outcome.states)),
            outcome.reason or ("cancelled" if self._cancelled else ""),
            as_told(error, told.stand_ins.text) if error is not None else None,
            outcome.seconds,
        )

    @property
    def state(self) -> Mapping[str, Json]:
        """The last state, clear: for another read to go on from, not to be shown."""
        states = self._outcome.states
        return states[-1] if states else self._saved

    def _reason(self, error: PenstockError | None) -> str:
        if self._cancelled:
            return "cancelled"
        return "failed" if error is not None else self._trace.reason or "all was read"

    def _read(self) -> PenstockError | None:
        trace = self._trace
        opened = resources_for(
            self._manifest,
            self._config,
            log=trace.log,
            redactor=self.redactor,
            config_changed=self._config_changed,
            refuse_unreadable=True,
            stop=self._stop,
            around=lambda send: trace.sending(self._around(send)),
        )
        with opened as real:
            masking = _Known(real.masking, trace.masks)
            using = self._watched(replace(real, masking=masking))
            plan = find_stream(compile_source(only_stream(self._manifest, self.stream), using), self.stream)
            plan, saved = plan.resumed(masking.opened(self._saved))
            watched = replace(
                plan,
                retriever=trace.reading(plan.retriever),
                mask=trace.masking(plan.mask),
                delegate=None,
                migrations=(),
                groups=frozenset(),
            )
            into = _States(self._outcome.states)
            result = read(
                [watched],
                {plan.name: saved},
                into,
                concurrency=1,
                masking=NO_POLICY,
                monotonic=time.monotonic,
                stop=self._stop,
                redact=self.redactor,
            )
        return result.failures.get(self.stream)

    def _watched(self, using: Resources) -> Resources:
        trace = self._trace
        return replace(using, watch=trace.watch, sleep=trace.waiting(using.sleep), back_off=trace.backing_off)


class _States(MemoryDestination):
    """Keeps states alone; the records are in the trace."""

    def __init__(self, states: list[Mapping[str, Json]]) -> None:
        super().__init__()
        self._kept = states

    def write(self, batch: Any, part: Any) -> None:
        """Nothing to keep."""

    def checkpoint(self, stream: str, state: Mapping[str, Json]) -> None:
        self._kept.append(dict(state))

    def finished(self, stream: str, state: Mapping[str, Json], *, complete: bool) -> None:
        if not self._kept or self._kept[-1] != state:
            self._kept.append(dict(state))


class _Known(Masking):
    """Masks as another does, and remembers the masks of each stream. No record is put aside, no report written."""

    def __init__(self, masking: Masking, masks: dict[str, StreamMasks]) -> None:
        policy = masking.policy
        super().__init__(replace(policy, quarantine=None) if policy is not None else None)
        self._masks = masks

    def for_stream(self, name: str, own: Any, schema: Callable[[], Json]) -> StreamMasks:
        made = self._masks[name] = super().for_stream(name, own, schema)
        return made
