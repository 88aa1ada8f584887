from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Literal

from penstock.components.policies import (
    DATA_CLASS,
    FLOOR,
    MASKING_KEY,
    POLICY,
    QUARANTINE,
    SEALED_STATE,
    STREAM_POLICY,
    Context,
    KeyRing,
)
from penstock.errors import ConfigError
from penstock.masking.detectors import detector_names
from penstock.masking.policy import KEEP, DataClass, Masking, Policy, StreamRules
from penstock.masking.quarantine import Quarantine
from penstock.masking.report import Report
from penstock.masking.sealing import Sealer
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(POLICY)
class MaskingPolicy:
    """What becomes of personal data when a connector runs, beside any manifest: keys, classes, streams, a floor."""

    version: int = field(default=1, doc="The version of the policy's language; 1.")
    unclassified: Literal["keep", "drop", "quarantine", "fail"] = field(
        default="keep", doc="What happens to a field that no rule and no class covers."
    )
    on_error: Literal["drop_record", "fail"] = field(
        default="drop_record", doc="What happens to a record with a value that its mask cannot take."
    )
    keys: dict[str, Buildable[KeyRing]] = field(
        default={}, doc="Keys, by the name that masks use.", slot=MASKING_KEY, implied="MaskingKey"
    )
    classes: dict[str, Buildable[Callable[[str, Context], DataClass]]] = field(
        default={}, doc="Classes of data, each with its mask.", slot=DATA_CLASS, implied="ClassPolicy"
    )
    streams: dict[str, Buildable[Callable[[str, Context], StreamRules]]] = field(
        default={},
        doc="What is said of streams, by name; `*` stands for any text.",
        slot=STREAM_POLICY,
        implied="StreamPolicy",
    )
    floor: Buildable[frozenset[str]] | None = field(
        default=None, doc="What nothing in the policy may loosen.", slot=FLOOR, implied="FloorPolicy"
    )
    state: Buildable[Callable[[Context], Sealer]] | None = field(
        default=None, doc="How saved states are sealed.", slot=SEALED_STATE, implied="SealedState"
    )
    quarantine: Buildable[Callable[[Context, str], Quarantine]] | None = field(
        default=None,
        doc="Where records are put aside, for `unclassified: quarantine`.",
        slot=QUARANTINE,
        implied="QuarantinePolicy",
    )
    report: str | None = field(
        default=None,
        doc="Where the report of a run is written; `{run_id}` is a name for the run.",
        examples=("reports/masking-{run_id}.json",),
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """The version is known."""
        if self.version != 1:
            yield "version", "the version of a policy is 1"

    def build(self, using: Resources) -> Callable[[str], Masking]:
        """Gives what makes the masks of a run, from the digest of the policy."""
        keys = {name: key.build(using) for name, key in self.keys.items()}
        bare = Context(using, keys, {})
        classes = {name: declared.build(using)(name, bare) for name, declared in self.classes.items()}
        context = Context(using, keys, classes)
        streams = tuple(declared.build(using)(name, context) for name, declared in self.streams.items())
        floor = self.floor.build(using) if self.floor else frozenset[str]()
        _hold_floor(floor, classes, streams)
        if self.quarantine is None and "quarantine" in {
            self.unclassified,
            *(s.unclassified for s in streams),
        }:
            raise ConfigError(
                "the policy puts records into quarantine and does not say where",
                hint="add `quarantine: {to: quarantine/{run_id}.jsonl, encrypt: …}`",
            )
        sealer = self.state.build(using)(context) if self.state else None
        run_id = f"{using.clock():%Y%m%dT%H%M%SZ}-{os.urandom(3).hex()}"
        quarantine = self.quarantine.build(using)(context, run_id) if self.quarantine else None
        ids = [key.id for ring in keys.values() for key in (ring.current, *ring.previous)]
        return lambda digest: Masking(
            Policy(
                classes=classes,
                streams=streams,
                unclassified=self.unclassified,
                on_error=self.on_error,
                floor=floor,
                quarantine=quarantine,
                report=Report(self.report, run_id, digest, ids),
                seal=sealer.seal if sealer else None,
                unseal=sealer.unseal if sealer else None,
            )
        )


def _hold_floor(
    floor: frozenset[str], classes: dict[str, DataClass], streams: tuple[StreamRules, ...]
) -> None:
    """Raises ConfigError where the policy would let out what its floor forbids."""
    unknown = sorted(name for name in floor if name not in classes and name not in detector_names())
    if unknown:
        raise ConfigError(f"the floor of the policy names classes that there are not: {', '.join(unknown)}")
    loose = [
        f"class `{name}`" for name in sorted(floor & classes.keys()) if classes[name].technique.name == KEEP
    ]
    loose += [
        rule.where
        for told in streams
        for rule in told.rules
        if rule.class_name in floor and rule.technique.name == KEEP
    ]
    if loose:
        raise ConfigError(f"the policy keeps in clear what its floor forbids: {'; '.join(loose)}")
