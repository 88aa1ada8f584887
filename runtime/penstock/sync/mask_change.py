"""What masks a stream, path by path, to be compared with what masked it before. Nothing is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from penstock.components.transformations import TRANSFORMATION
from penstock.diagnostics import Diagnostics
from penstock.errors import ConfigError
from penstock.lean import dataclass
from penstock.manifest.load import load_file
from penstock.manifest.node import Node, plain
from penstock.masking.automaton import MaskRule
from penstock.masking.coverage import Coverage, path_text
from penstock.masking.field_paths import FieldPath
from penstock.masking.policy import KEEP, Policy
from penstock.masking.techniques import Technique, UnmaskableError
from penstock.plan.policy import policy_at
from penstock.records.resources import Resources, StreamContext
from penstock.registry.decode import Decoder
from penstock.registry.values import INVALID

Json = Any

_PROBES = ("Ada Lovelace", "ada@example.com", "+493012345678", "192.0.2.7", "2024-03-05", 12345)
"""Values that a mask is tried on."""


@dataclass(frozen=True, slots=True)
class Masked:
    """What masks a field. `rule` is the place of its MaskFields among those of the stream; None for one of a policy."""

    technique: Technique
    rule: int | None

    def gives_same(self, other: Masked) -> bool:
        """Whether both make the same of some values, so that what is loaded still joins with what comes."""
        return self.technique.name == other.technique.name and all(
            _tried(self.technique, probe) == _tried(other.technique, probe) for probe in _PROBES
        )


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A masking policy as written, and as it masks."""

    root: Node
    policy: Policy

    def same_as(self, other: PolicyText | None) -> bool:
        """Whether both say the same."""
        return other is not None and plain(self.root) == plain(other.root)


def read_policy(source: str | Path | Node, using: Resources) -> PolicyText:
    """Read a policy file, or the policy at a node. Raises ManifestError, and ConfigError where it contradicts itself."""
    root = source if isinstance(source, Node) else load_file(source)
    made = policy_at(root, Diagnostics()).build(using).policy
    assert made is not None
    return PolicyText(root, made)


def mask_rules(parts: Sequence[Node], using: Resources, stream: str) -> list[MaskRule]:
    """The rules of some MaskFields. Raises ConfigError where one cannot be bound."""
    found = []
    bound = using.for_stream(StreamContext(stream))
    for part in parts:
        declared = Decoder(Diagnostics()).component(part, TRANSFORMATION, "MaskFields")
        if declared is INVALID:
            raise ConfigError("a mask cannot be read")
        found.append(declared.build(bound))
    return found


class Masks:
    """What masks a stream: its manifest's rules, and those of a policy. Raises ConfigError where they contradict."""

    def __init__(self, stream: str, own: Sequence[MaskRule], schema: Json, policy: Policy | None) -> None:
        self._own = own
        self._rules = [*own, *(policy.rules_for(stream, schema) if policy else ())]
        self._coverage = Coverage(self._rules)
        self._schema = schema

    def places(self) -> Iterator[tuple[str, FieldPath]]:
        """Each field that the schema or a rule tells of, as it is written, with its path."""
        for place in self._coverage.places(self._schema):
            yield place.told, place.path
        for rule in self._rules:
            for path in rule.paths:
                if all(segment.kind != "deep" for segment in path):
                    yield path_text(path), path

    def at(self, path: FieldPath) -> Masked | None:
        """What masks a field; None where its values leave as they are."""
        rule = self._coverage.rule_at(path)
        if rule is None or rule.technique.name == KEEP:
            return None
        number = next((n for n, one in enumerate(self._own) if one is rule), None)
        return Masked(rule.technique, number)

    def patterns(self) -> frozenset[str]:
        """The paths at any depth, which lead to fields that no schema need tell of."""
        return frozenset(
            path_text(path)
            for rule in self._rules
            for path in rule.paths
            if rule.technique.name != KEEP and any(segment.kind == "deep" for segment in path)
        )


def _tried(technique: Technique, probe: Json) -> str:
    record: Mapping[str, Json] = {"id": 1}

    def once() -> str:
        made = technique.value(probe) if technique.of_record is None else technique.of_record(probe, record)
        return repr(made)

    try:
        first, second = once(), once()
    except (UnmaskableError, ConfigError) as error:
        return type(error).__name__
    return first if first == second else "varies"
