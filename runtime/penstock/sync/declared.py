"""The streams of a manifest as masks see them: what their schemas declare, which rules there are, a few records."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from penstock.errors import ConfigError, PenstockError
from penstock.http.request import HttpRequest, HttpResponse
from penstock.lean import dataclass
from penstock.masking.automaton import MaskRule
from penstock.masking.batch import Record
from penstock.masking.exits import Level
from penstock.masking.keys import Key
from penstock.masking.policy import Masking, Policy, StreamMasks
from penstock.masking.redactor import Redactor
from penstock.plan.compile import compile_source
from penstock.plan.manifest import Manifest
from penstock.plan.policy import LoadedPolicy
from penstock.records.jobs import ready_slices
from penstock.records.resources import Resources
from penstock.records.state import Work, open_state
from penstock.records.stream import StreamPlan
from penstock.sync.runtime import resources_for

Json = Any

MOST_SLICES = 50
"""Slices in which records are looked for: of a stream that has few, the first ones may be empty."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A stream: how it is read, the rules of its manifest, and its JSON Schema before masks. `schema` may ask the API."""

    plan: StreamPlan
    own: tuple[MaskRule, ...]
    schema: Callable[[], Json]

    @property
    def name(self) -> str:
        """The name of the stream."""
        return self.plan.name

    def rules(self, policy: Policy | None) -> list[MaskRule]:
        """All rules for the stream. Raises ConfigError where the schema tells a class that the policy lacks."""
        return [*self.own, *(policy.rules_for(self.name, self.schema()) if policy else ())]

    def sample(self, most: int) -> list[Record]:
        """The first records, at most so many, not masked; the read is ended then. Raises StreamError."""
        plan, saved = self.plan.resumed({})
        records: list[Record] = []
        seen = 0
        for work in ready_slices(plan, open_state(plan, saved)):
            if not isinstance(work, Work) or work.idle or work.skipped:
                continue
            with contextlib.closing(_closable(plan.retriever.read(work.slice, work.test))) as batches:
                for batch in batches:
                    records += batch[: most - len(records)]
                    if len(records) >= most:
                        return records
            seen += 1
            if seen >= MOST_SLICES:
                break
        return records


@dataclass(frozen=True, slots=True)
class Source:
    """The streams of a manifest, and what could not be found out."""

    streams: tuple[Declared, ...]
    notes: tuple[str, ...]
    using: Resources

    def masking(self, policy: LoadedPolicy) -> tuple[Masking, Policy]:
        """What masks by a policy, and the policy; no record is put aside.

        Raises ConfigError where keys are missing or its parts contradict each other.
        """
        made = policy.build(self.using).policy
        assert made is not None
        looking = replace(made, quarantine=None)
        return Masking(looking), looking

    def chosen(self, names: Sequence[str]) -> list[Declared]:
        """The streams of these names; all where none is given. Raises ConfigError."""
        from penstock.hints import did_you_mean, listed

        known = {stream.name: stream for stream in self.streams}
        for name in names:
            if name not in known:
                hint = did_you_mean(name, known) or f"there are {listed(known)}"
                raise ConfigError(f"the manifest has no stream `{name}`", hint=hint)
        return [known[name] for name in dict.fromkeys(names)] if names else list(self.streams)


@contextlib.contextmanager
def declared_source(
    manifest: Manifest,
    config: Mapping[str, Json] | None,
    *,
    redactor: Redactor,
    config_changed: Callable[[Mapping[str, Json]], None] = lambda config: None,
    key: Callable[[str], Key] | None = None,
) -> Iterator[Source]:
    """Open a manifest to look at its streams. No report is written.

    Without a config the streams are bound to a stand-in made from the specification, and nothing is sent. Without
    `key`, which gives keys by reference, masks get one that nobody knows: their output is of the right kind and means
    nothing.
    Raises ConfigError.
    """
    given = stand_in(manifest.specification) if config is None else config
    redactor = Redactor() if config is None else redactor  # what stands in is no secret
    bare = replace(manifest, policy=None)
    opened = resources_for(bare, given, log=_silent, redactor=redactor, config_changed=config_changed)
    with opened as real:
        noting = _Noting()
        using = replace(
            real,
            masking=noting,
            key=key or unknown_key,
            send=_refuse if config is None else real.send,
        )
        if config is None:
            plans, notes = _static(bare, using)
        else:
            plans, notes = list(compile_source(bare, using).streams.values()), ()
        streams = [Declared(plan, *noting.noted.get(plan.name, ((), plan.schema))) for plan in plans]
        yield Source(tuple(streams), tuple(notes), using)


def stand_in(specification: Mapping[str, Json]) -> dict[str, Json]:
    """A config that fits a specification well enough to bind streams: its defaults and examples, else empty values."""
    made = _example(specification)
    return made if isinstance(made, dict) else {}


class _Noting(Masking):
    """Masks by the manifest alone, and notes what the masks of each stream are made of."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: dict[str, tuple[tuple[MaskRule, ...], Callable[[], Json]]] = {}

    @property
    def has_policy(self) -> bool:
        """As under a policy: files are not fetched."""
        return True

    def for_stream(self, name: str, own: Sequence[MaskRule], schema: Callable[[], Json]) -> StreamMasks:
        self.noted[name] = (tuple(own), schema)
        return super().for_stream(name, own, schema)


def _static(manifest: Manifest, using: Resources) -> tuple[list[StreamPlan], Sequence[str]]:
    """The streams of the manifest itself, as far as they can be had without a config."""
    plans: list[StreamPlan] = []
    notes = []
    for number, declared in enumerate(manifest.source.streams, 1):
        try:
            made = declared.build(using)
        except PenstockError:
            name = getattr(declared, "name", "") or f"number {number}"
            notes.append(f"stream {name}: it cannot be looked at without a config")
            continue
        plans += made if isinstance(made, list) else [made]
    if manifest.source.dynamic_streams:
        notes.append("the manifest has dynamic streams, which only a config can tell")
    return plans, notes


def _example(schema: Any) -> Json:
    if not isinstance(schema, Mapping):
        return ""
    if "default" in schema or "const" in schema:
        return schema.get("const", schema.get("default"))
    for listed in ("examples", "enum", "oneOf", "anyOf"):
        choices = schema.get(listed)
        if isinstance(choices, list) and choices:
            return _example(choices[0]) if listed in ("oneOf", "anyOf") else choices[0]
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    kind = next((k for k in kinds if k != "null"), "null") if isinstance(kinds, list) else kinds
    if kind == "object":
        properties = schema.get("properties")
        return {name: _example(child) for name, child in (properties or {}).items()}
    if kind == "string" and schema.get("format") in ("date", "date-time"):
        return "2024-01-01" if schema["format"] == "date" else "2024-01-01T00:00:00Z"
    return {"array": [], "integer": 1, "number": 1, "boolean": False, "null": None}.get(kind, "none")


def _closable(batches: Iterator[list[Record]]) -> Any:
    """An iterator that can be closed, as generators can."""
    return batches if hasattr(batches, "close") else (batch for batch in batches)


def unknown_key(reference: str) -> Key:
    """A key that nobody knows, whatever the reference."""
    import secrets

    return Key(secrets.token_bytes(32))


def _refuse(request: HttpRequest) -> HttpResponse:
    raise ConfigError("this needs the API", hint="give --config FILE")


def _silent(level: Level, text: str) -> None:
    """What happens on the way is not what was asked for."""
