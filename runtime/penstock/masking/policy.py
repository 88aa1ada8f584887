"""How a run masks: by the rules of the manifest, and by the policy of whoever runs it, if there is one."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from typing import Any, Literal

from penstock.errors import ConfigError, StreamError
from penstock.lean import dataclass
from penstock.masking.automaton import MaskRule
from penstock.masking.batch import MaskedBatch, RawBatch, Record
from penstock.masking.classified import classified_fields, is_scalar
from penstock.masking.field_paths import FieldPath
from penstock.masking.masker import Masker, Refusal, Rest, Withheld
from penstock.masking.quarantine import Quarantine
from penstock.masking.report import Report, StreamReport
from penstock.masking.sealing import is_sealed
from penstock.masking.techniques import DROPPED, Technique, UnmaskableError, types_of

Json = Any

Unclassified = Literal["keep", "drop", "quarantine", "fail"]
OnError = Literal["drop_record", "fail"]

FROM_SCHEMA, FROM_MANIFEST, FROM_POLICY, FROM_STREAM = range(4)
"""Levels of rules: of two for one field whose paths are equally specific the later of these wins."""

SURE = 0.5
"""From this confidence on the whole of a value counts as what a detector takes it for."""

KEEP = "Keep"
"""The name of the technique that lets a value through because somebody looked at it."""


@dataclass(frozen=True, slots=True)
class DataClass:
    """A class of data, such as `email`, and its mask. `detector` finds it in fields that no rule covers."""

    name: str
    technique: Technique
    previous: Mapping[str, Technique] = field(default_factory=dict)
    detector: str = ""


@dataclass(frozen=True, slots=True)
class StreamRules:
    """What a policy says of the streams whose name fits `pattern` (`*` stands for any text)."""

    pattern: str
    rules: tuple[MaskRule, ...]
    unclassified: Unclassified | None = None

    def fits(self, stream: str) -> bool:
        """Whether it speaks of a stream."""
        return re.fullmatch(".*".join(map(re.escape, self.pattern.split("*"))), stream, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, its masks built.

    `floor` are classes that no one may let out in clear. `quarantine` takes records that are put aside. `seal` and `unseal` are for saved states, where it seals them.
    """

    classes: Mapping[str, DataClass]
    streams: tuple[StreamRules, ...]
    unclassified: Unclassified
    on_error: OnError
    floor: frozenset[str]
    report: Report
    quarantine: Quarantine | None = None
    seal: Callable[[Mapping[str, Json]], Mapping[str, Json]] | None = None
    unseal: Callable[[Mapping[str, Json]], Mapping[str, Json]] | None = None

    def rules_for(self, stream: str, schema: Json) -> list[MaskRule]:
        """The rules for a stream: what the policy says of it, and the classes that its schema tells."""
        found = [rule for streams in self.streams if streams.fits(stream) for rule in streams.rules]
        for path, told, name in classified_fields(schema):
            known = self.classes.get(name)
            if known is None:
                raise ConfigError(
                    f"stream {stream}: the schema says that `{told}` is `{name}`, and the policy has no such class",
                    hint=f"add `{name}` to the policy's `classes`",
                )
            where = f"{known.technique.name} for `{told}` by its class `{name}`, stream {stream}"
            found.append(MaskRule((path,), known.technique, where, name, FROM_SCHEMA, known.previous))
        return found

    def unclassified_in(self, stream: str) -> Unclassified:
        """What becomes of what no rule covers: the stream's own word, else that of the longest pattern that it fits."""
        by_fit = sorted(self.streams, key=lambda streams: (streams.pattern != stream, -len(streams.pattern)))
        for streams in by_fit:
            if streams.unclassified is not None and streams.fits(stream):
                return streams.unclassified
        return self.unclassified


class Masking:
    """Makes the masker of each stream. Without a policy only the manifest's own rules count."""

    def __init__(self, policy: Policy | None = None) -> None:
        self._policy = policy

    @property
    def has_policy(self) -> bool:
        """Whether there is a policy."""
        return self._policy is not None

    @property
    def policy(self) -> Policy | None:
        """The policy, if there is one."""
        return self._policy

    def for_stream(self, name: str, own: Sequence[MaskRule], schema: Callable[[], Json]) -> StreamMasks:
        """The masks of a stream: its manifest's `own`, and the policy's. `schema` is asked for with the first record."""
        return StreamMasks(name, own, schema, self._policy)

    def missed(self, streams: Iterable[str]) -> list[str]:
        """The names of streams that the policy speaks of and that are not among these: what it says has no effect."""
        known = list(streams)
        told = self._policy.streams if self._policy else ()
        return [rules.pattern for rules in told if not any(map(rules.fits, known))]

    def sealed(self, state: Mapping[str, Json]) -> Mapping[str, Json]:
        """A state as it may be saved; one that is sealed already stays as it is."""
        seal = self._policy.seal if self._policy else None
        return seal(state) if seal and state and not is_sealed(state) else state

    def opened(self, saved: Mapping[str, Json]) -> Mapping[str, Json]:
        """A saved state as it was. One from before the policy sealed states is taken as it is.

        Raises ConfigError for a sealed one where no key is known that opens it.
        """
        unseal = self._policy.unseal if self._policy else None
        if unseal is None and is_sealed(saved):
            raise ConfigError(
                "the saved state is sealed, and no masking policy says with which key",
                hint="run with the policy that sealed it, or sync with --full-refresh",
            )
        return unseal(saved) if unseal else saved

    def close(self) -> None:
        """Write the report, if the policy asks for one."""
        if self._policy is not None:
            self._policy.report.write()


NO_POLICY = Masking()


class StreamMasks:
    """The masks of one stream, compiled when they are first needed. Safe to use from any thread."""

    def __init__(
        self, name: str, own: Sequence[MaskRule], schema: Callable[[], Json], policy: Policy | None
    ) -> None:
        self._name = name
        self._own = own
        self._schema = schema
        self._policy = policy
        self._lock = threading.Lock()
        self._masker: Masker | None = Masker(own) if policy is None else None
        self._broken: StreamError | None = None

    def __call__(self, batch: RawBatch) -> MaskedBatch:
        """Mask a batch. Raises StreamError where the policy wants a run to end rather than a value to leave."""
        if self._broken is not None:
            raise self._broken
        masker = self._compiled()
        if self._policy is None:
            return masker(batch)
        told = self._policy.report.stream(self._name)
        if told.wants_sample:
            told.sample(place for record in batch.records for place in masker.uncovered(record))
        tally = masker.tally()
        masked = masker(batch, tally)
        told.count(tally, len(masked.records))
        return masked

    def keeps_apart(self, field: str) -> bool:
        """Whether values of a field that differ stay different, as those of a primary key must."""
        return self._compiled().keeps_apart(field)

    def hidden(self, fields: Iterable[str]) -> list[FieldPath]:
        """The fields that do not leave as they are: among those of the schema and these, of which it need not tell."""
        return self._compiled().hidden(fields, self._schema())

    def schema(self) -> Json:
        """The JSON Schema of the masked records."""
        return self._compiled().schema(self._schema())

    def _compiled(self) -> Masker:
        with self._lock:
            if self._masker is None:
                assert self._policy is not None
                self._masker = self._compile(self._policy)
            return self._masker

    def _compile(self, policy: Policy) -> Masker:
        schema = self._schema()
        found = _Findings(policy, policy.report.stream(self._name))
        rules = [
            _guarded(rule, schema, found) for rule in (*self._own, *policy.rules_for(self._name, schema))
        ]
        made = Masker(
            rules,
            rest=found.rest(policy.unclassified_in(self._name)),
            refused=lambda record, refusal: self._refuse(policy, found.told, record, refusal),
        )
        found.told.open(made.paths)
        return made

    def _refuse(self, policy: Policy, told: StreamReport, record: Record, refusal: Refusal) -> None:
        told.refuse(refusal.path, refusal.why, refusal.found)
        if refusal.held and not refusal.stops and policy.quarantine is not None:
            policy.quarantine.put(self._name, record, refusal.path, refusal.why)
        if refusal.stops or (policy.on_error == "fail" and not refusal.held):
            self._broken = StreamError(
                f"stream {self._name}: the field `{refusal.path}` {refusal.why}",
                hint="no value of it has left; give the field a class or a mask in the policy",
                failure_type="config_error",
            )
            raise self._broken


class _Findings:
    """What detectors find in a stream, where no rule masks."""

    def __init__(self, policy: Policy, told: StreamReport) -> None:
        self.told = told
        self._classes = {known.detector: known for known in policy.classes.values() if known.detector}
        self._floor = {
            detector: name
            for name in sorted(policy.floor)
            for detector in {name, policy.classes[name].detector if name in policy.classes else ""}
            if detector
        }
        names = frozenset({*self._classes, *self._floor})
        self._detect = _detecting(names) if names else None
        self._detect_floor = _detecting(frozenset(self._floor)) if self._floor else None

    def guarded(self, technique: Technique) -> Technique:
        """A mask that may leave a value as it is, or most of it, lets out nothing of a class that never leaves."""
        if self._detect_floor is None or not _may_pass(technique):
            return technique

        def mask(value: Json) -> Json:
            masked = technique.value(value)
            self._stop_at_floor(masked)
            return masked

        return replace(technique, value=mask, constant=False)

    def rest(self, unclassified: Unclassified) -> Rest | None:
        """What becomes of what no rule covers; None where nothing need be looked at."""
        if unclassified == "keep":
            if self._detect is None:
                return None
            kept = Technique("", lambda value: value, lambda schema: schema)
            return Rest(kept, self._looked_at, self._keep_key)
        if unclassified == "drop":
            dropped = Technique("", lambda value: DROPPED, _without_leaves, takes_empty=True)
            return Rest(dropped, key=self._drop_key)
        stops = unclassified == "fail"

        def withhold(value: Json) -> Json:
            if value is None:
                return None
            raise Withheld("has no class in the policy", stops=stops, held=True)

        def withhold_key(key: str, allowed: bool) -> bool:  # noqa: FBT001 - a callback
            return self._keep_key(key, allowed) and (allowed or withhold(key) is None)

        return Rest(Technique("", withhold, lambda schema: schema, takes_empty=True), key=withhold_key)

    def _keep_key(self, key: str, allowed: bool) -> bool:  # noqa: FBT001 - a callback
        """A key of a class that never leaves in clear does not, whatever stands under it."""
        if self._detect_floor is not None:
            self._stop_at_floor(key)
        return True

    def _drop_key(self, key: str, allowed: bool) -> bool:  # noqa: FBT001 - a callback
        return self._keep_key(key, allowed) and allowed

    def _looked_at(self, value: Json) -> tuple[Json, str]:
        """A value that no rule covers, masked where a detector knows it, and its class."""
        detector = self._detect(value) if self._detect else ""
        if not detector:
            return value, ""
        if self._detect_floor is not None:
            self._stop_at_floor(value)
        known = self._classes[detector]
        masked = known.technique.value(value)
        return masked if masked is None or masked is DROPPED else str(masked), known.name

    def _stop_at_floor(self, value: Json) -> None:
        name = self._floor.get(self._detect_floor(value), "") if self._detect_floor else ""
        if name:
            raise Withheld(
                f"holds what looks like `{name}`, which never leaves in clear", stops=True, found=name
            )


def _detecting(names: frozenset[str]) -> Callable[[Json], str]:
    """What gives the detector that finds something in a value: all of it, or somewhere in it; else empty text."""
    from penstock.masking.detectors import detector_names, finder

    return finder(names.intersection(detector_names()), sure=SURE)


def _guarded(rule: MaskRule, schema: Json, found: _Findings) -> MaskRule:
    """A rule whose technique looks at what it lets out. Who keeps what is no container has not looked at one."""
    scalar = rule.technique.name == KEEP and all(is_scalar(schema, path) for path in rule.paths)
    return replace(rule, technique=found.guarded(rule.technique), leaf_only=scalar)


def _may_pass(technique: Technique) -> bool:
    """Whether a mask may leave a value as it is, as one does that keeps so many characters."""
    if technique.whole or technique.of_record is not None:
        return False
    for probe in ("a", 1, "2024-01-01"):
        with suppress(UnmaskableError):
            if technique.value(probe) == probe:
                return True
    return False


def _without_leaves(schema: Mapping[str, Json]) -> Json:
    """Containers stay, for what rules keep of them."""
    holds = {"properties", "items", "additionalProperties", "anyOf", "oneOf", "allOf"} & schema.keys()
    return schema if holds or {"object", "array"} & set(types_of(schema)) else DROPPED
