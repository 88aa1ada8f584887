"""The only door from raw to masked: one pass over each record, by an automaton compiled from all field paths.

Masked records share what is not masked with the raw ones, which stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock.errors import ConfigError
from penstock.masking.batch import MaskedBatch, MaskedRecords, RawBatch
from penstock.masking.field_paths import FieldPath, rank
from penstock.masking.techniques import DROPPED, Technique

Json = Any


@dataclass(frozen=True, slots=True)
class MaskRule:
    """One technique for some fields. `where` is its place in the manifest, for messages."""

    paths: tuple[FieldPath, ...]
    technique: Technique
    where: str


class Masker:
    """Masks the records and the schema of one stream. Raises ConfigError where two rules claim a field alike."""

    def __init__(self, rules: Sequence[MaskRule]) -> None:
        self._patterns = [(path, rule) for rule in rules for path in rule.paths]
        self._states: dict[frozenset[tuple[int, int]], _State] = {}
        self._root = self._state(self._closed((i, 0) for i in range(len(self._patterns)))) if rules else None

    def __call__(self, batch: RawBatch) -> MaskedBatch:
        """Mask a batch."""
        root = self._root
        if root is None:
            return MaskedBatch(batch.stream, MaskedRecords(batch.records))
        return MaskedBatch(
            batch.stream, MaskedRecords([_mask_object(record, root) for record in batch.records])
        )

    def schema(self, schema: Json) -> Json:
        """The JSON Schema of the masked records; masked fields carry `x-masked`."""
        if self._root is None or not isinstance(schema, Mapping):
            return schema
        return _mask_schema(schema, self._root)

    def _state(self, positions: frozenset[tuple[int, int]]) -> _State:
        known = self._states.get(positions)
        if known is not None:
            return known
        state = _State()
        self._states[positions] = state
        state.technique = self._technique(positions)
        steps = [(i, at, self._patterns[i][0][at]) for i, at in positions if at < len(self._patterns[i][0])]
        names = {segment.name for _, _, segment in steps if segment.kind == "name"}
        state.names = {name: self._after(steps, name) for name in names}
        state.other = self._after(steps, None)
        # A name stays where it is on the way into a list: `contacts.phone` masks in a list of contacts too.
        staying = [(i, at) for i, at, segment in steps if segment.kind in ("name", "deep", "key")]
        entering = [(i, at + 1) for i, at, segment in steps if segment.kind == "each"]
        inside = self._closed([*staying, *entering])
        state.items = self._state(inside) if inside else None
        return state

    def _after(self, steps: Sequence[tuple[int, int, Any]], key: str | None) -> _State | None:
        """The state after a key; None stands for any key that no path names."""
        moved = [(i, at) for i, at, segment in steps if segment.kind == "deep"]
        moved += [
            (i, at + 1)
            for i, at, segment in steps
            if segment.kind == "key" or (segment.kind == "name" and segment.name == key)
        ]
        positions = self._closed(moved)
        return self._state(positions) if positions else None

    def _closed(self, positions: Any) -> frozenset[tuple[int, int]]:
        """With each position before a `**`, also the one after it: `**` may match nothing."""
        reached = set(positions)
        waiting = list(reached)
        while waiting:
            i, at = waiting.pop()
            path = self._patterns[i][0]
            if at < len(path) and path[at].kind == "deep" and (i, at + 1) not in reached:
                reached.add((i, at + 1))
                waiting.append((i, at + 1))
        return frozenset(reached)

    def _technique(self, positions: frozenset[tuple[int, int]]) -> Technique | None:
        ending = [self._patterns[i] for i, at in positions if at == len(self._patterns[i][0])]
        if not ending:
            return None
        ending.sort(key=lambda pattern: rank(pattern[0]), reverse=True)
        best = ending[0]
        for other in ending[1:]:
            if rank(other[0]) == rank(best[0]) and other[1].technique is not best[1].technique:
                raise ConfigError(
                    f"two masks claim one field with equal right: {best[1].where} and {other[1].where}",
                    hint="make one of the paths more specific",
                )
        return best[1].technique


class _State:
    """Where a walk down a value stands. None means that nothing below is masked."""

    __slots__ = ("items", "names", "other", "technique")

    def __init__(self) -> None:
        self.technique: Technique | None = None
        self.names: Mapping[str, _State | None] = {}
        self.other: _State | None = None
        self.items: _State | None = None


def _mask(value: Json, state: _State) -> Json:
    if state.technique is not None:
        return _mask_leaves(value, state.technique)
    if isinstance(value, dict):
        return _mask_object(value, state)
    if isinstance(value, list) and state.items is not None:
        inside = state.items
        return [masked for item in value if (masked := _mask(item, inside)) is not DROPPED]
    return value


def _mask_object(value: dict[str, Json], state: _State) -> dict[str, Json]:
    masked = dict(value)
    names, other = state.names, state.other
    for key in names if other is None else value:
        if key not in masked:
            continue
        after = names.get(key, other)
        if after is None:
            continue
        new = _mask(masked[key], after)
        if new is DROPPED:
            del masked[key]
        else:
            masked[key] = new
    return masked


def _mask_leaves(value: Json, technique: Technique) -> Json:
    if technique.whole:
        return technique.value(value)
    if value is None or value == "":
        return value
    if isinstance(value, dict):
        return {key: _mask_leaves(child, technique) for key, child in value.items()}
    if isinstance(value, list):
        return [_mask_leaves(item, technique) for item in value]
    return technique.value(value)


def _mask_schema(schema: Mapping[str, Json], state: _State) -> Json:
    if state.technique is not None:
        masked = state.technique.schema(schema)
        return masked if masked is DROPPED else {**masked, "x-masked": {"by": state.technique.name}}
    made = dict(schema)
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        made["properties"] = _each_property(properties, lambda name: state.names.get(name, state.other))
        gone = properties.keys() - made["properties"].keys()
        if gone and isinstance(schema.get("required"), list):
            made["required"] = [name for name in schema["required"] if name not in gone]
    if isinstance(schema.get("items"), Mapping) and state.items is not None:
        inner = _mask_schema(schema["items"], state.items)
        made["items"] = {} if inner is DROPPED else inner
    for union in ("anyOf", "oneOf", "allOf"):
        if isinstance(schema.get(union), list):
            made[union] = [
                _mask_schema(branch, state) for branch in schema[union] if isinstance(branch, Mapping)
            ]
    return made


def _each_property(
    properties: Mapping[str, Json], state_of: Callable[[str], _State | None]
) -> dict[str, Json]:
    made = {}
    for name, child in properties.items():
        state = state_of(name)
        masked = child if state is None or not isinstance(child, Mapping) else _mask_schema(child, state)
        if masked is not DROPPED:
            made[name] = masked
    return made
