"""Reads the beginning of a stream for its author: every request and answer, page by page, and why it ended.

It is the code of `read`, with somebody who looks on, limits, and one worker, so that things come in order. What is told
of it holds no secret and no clear value of a masked field.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Any

from penstock.destinations.memory import MemoryDestination
from penstock.errors import PenstockError, as_told
from penstock.expressions.macros import clock_stands_at, system_clock
from penstock.http.request import Send
from penstock.http.retry import Decision, Interrupted
from penstock.lean import dataclass
from penstock.masking.batch import Record
from penstock.masking.detectors import detector_names, sieve_of
from penstock.masking.keys import Key, find_key
from penstock.masking.policy import NO_POLICY, Masking, StreamMasks
from penstock.masking.redactor import Redactor
from penstock.masking.stand_ins import Hides, Make, StandIns, stars
from penstock.plan.compile import compile_source, find_stream, only_stream
from penstock.plan.manifest import Manifest
from penstock.records.resources import Resources
from penstock.records.stream import StreamPlan
from penstock.sync.read import read
from penstock.sync.runtime import resources_for
from penstock.sync.sample_notes import MOST_KEPT_BYTES, Teller
from penstock.sync.sample_told import Exchange, LogLine, SliceSample, Wait
from penstock.sync.sample_trace import Trace
from penstock.sync.sample_watch import Masks, Slices, watching

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
    opened: Mapping[str, Json] = field(default_factory=dict)
    states: list[Mapping[str, Json]] = field(default_factory=list)
    plan: StreamPlan | None = None


class Sampling:
    """A sample while it is taken. `run` takes it; any other thread may ask for a `snapshot`, or `cancel`.

    The clock stands still at `moment`, by default the present one. `around` may answer instead of the network. `key`
    gives masking keys. With `waits` false nothing is waited for. `changed` is told whenever there is something new.
    """

    def __init__(
        self,
        manifest: Manifest,
        stream: str,
        config: Mapping[str, Json],
        saved: Mapping[str, Json] | None = None,
        limits: SampleLimits | None = None,
        *,
        moment: dt.datetime | None = None,
        around: Callable[[Send], Send] = lambda send: send,
        key: Callable[[str], Key] = find_key,
        waits: bool = True,
        redactor: Redactor | None = None,
        config_changed: Callable[[Mapping[str, Json]], None] = lambda config: None,
        changed: Callable[[], None] = lambda: None,
        decided: Callable[[Decision], None] = lambda decision: None,
    ) -> None:
        self.redactor = redactor or Redactor()
        self.stream = stream
        self.manifest = manifest
        self.moment = moment or system_clock()
        self.limits = limits or SampleLimits()
        self._config = config
        self._saved = saved or {}
        self._around = around
        self._decided = decided
        self._key = key
        self._waits = waits
        self._config_changed = config_changed
        self._stop = threading.Event()
        self._cancelled = False
        self._outcome = _Outcome()
        self._trace = Trace(stream, self.limits, self._stop, changed)
        self._telling = threading.Lock()
        self._tellers: dict[tuple[Make, bool], Teller] = {}

    def run(self) -> Sample:
        """Take the sample, and give it. What goes wrong is part of it."""
        started = time.monotonic()
        outcome = self._outcome
        error: PenstockError | None = None
        try:
            with clock_stands_at(self.moment):
                error = self._read()
        except Interrupted:
            pass
        except Exception as unexpected:  # noqa: BLE001 - whatever fails is what the sample shows
            error = unexpected if isinstance(unexpected, PenstockError) else as_told(unexpected)
        outcome.seconds = time.monotonic() - started
        outcome.error = error
        self._trace.over()
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
        with self._telling:
            key = (make, detect)
            if key not in self._tellers:
                sieve = sieve_of(detector_names()) if detect else None
                self._tellers[key] = Teller(lambda noting: StandIns(self.redactor, noting, sieve), make)
            return self._sample(self._tellers[key])

    def stand_ins(self, make: Make = stars, *, detect: bool = True, hides: Hides | None = None) -> StandIns:
        """What was learned so far of clear values; with `hides` for what is kept."""
        made = StandIns(self.redactor, make, sieve_of(detector_names()) if detect else None, hides)
        self._trace.teach(made)
        return made

    def told(self, stand_ins: StandIns) -> Sample:
        """What there is so far, as `stand_ins` let it be told; answers as long as they were kept."""
        return self._sample(Teller(lambda noting: stand_ins, stars, most_bytes=MOST_KEPT_BYTES))

    def _sample(self, teller: Teller) -> Sample:
        outcome = self._outcome
        told = self._trace.told(teller)
        return Sample(
            self.stream,
            told.slices,
            told.other,
            told.waits,
            told.log,
            tuple(teller.value(dict(state)) for state in list(outcome.states)),
            outcome.reason or ("cancelled" if self._cancelled else ""),
            teller.error(outcome.error),
            outcome.seconds,
        )

    @property
    def given(self) -> tuple[Mapping[str, Json], Mapping[str, Json]]:
        """The config and the saved state, both clear."""
        return self._config, self._outcome.opened

    @property
    def clear(self) -> list[Record]:
        """The records that were read, before masks: for masks to be tried on, not to be shown."""
        return [record for record, _ in self._trace.pairs()]

    @property
    def left(self) -> list[Record]:
        """The records that would leave, as they would."""
        return [masked for _, masked in self._trace.pairs() if masked is not None]

    @property
    def plan(self) -> StreamPlan | None:
        """The stream as it was read; None where it could not be bound. Once the sample is over it sends nothing."""
        return self._outcome.plan

    @property
    def purpose(self) -> str:
        """What the request that is being sent is for, one of PURPOSES; for who answers instead of the network."""
        return self._trace.purpose

    def page_pairs(self, slice_: int, page: int) -> tuple[tuple[Record, Record | None], ...]:
        """Records of a page before and after masks, None where none leaves: clear, for who was asked to show them."""
        return self._trace.page_pairs(slice_, page)

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
            self.manifest,
            self._config,
            log=trace.log,
            redactor=self.redactor,
            config_changed=self._config_changed,
            refuse_unreadable=True,
            stop=self._stop,
            key=self._key,
            around=lambda send: trace.sending(self._around(send)),
        )
        with opened as real:
            masking = _Known(real.masking, trace.masks)
            using = self._watched(replace(real, masking=masking))
            plan = find_stream(compile_source(only_stream(self.manifest, self.stream), using), self.stream)
            self._outcome.plan = plan
            self._outcome.opened = masking.opened(self._saved)
            plan, saved = plan.resumed(self._outcome.opened)
            watched = replace(
                plan,
                retriever=Slices(trace, plan.retriever),
                mask=Masks(trace, plan.mask),
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
                monotonic=using.monotonic,
                stop=self._stop,
                redact=self.redactor,
            )
        return result.failures.get(self.stream)

    def _watched(self, using: Resources) -> Resources:
        trace = self._trace
        time_ = _PassingTime()
        if not self._waits:
            using = replace(using, sleep=time_.pass_, monotonic=time_.now)

        def back_off(seconds: float) -> None:
            time_.pass_(seconds)
            trace.backing_off(seconds)

        return replace(
            using,
            watch=watching(trace),
            sleep=trace.waiting(using.sleep),
            back_off=back_off,
            login=trace.logging_in,
            minted=trace.minting(using.minted),
            decided=self._decided,
        )


class _PassingTime:
    """Time that only passes where something waits for it."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> float:
        return self._seconds

    def pass_(self, seconds: float) -> None:
        self._seconds += seconds


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
