"""The only door from raw to masked: one pass over each record, by an automaton compiled from all field paths.

Masked records share what is not masked with the raw ones, which stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from penstock.errors import ConfigError
from penstock.lean import dataclass
from penstock.masking.batch import MaskedBatch, MaskedRecords, RawBatch
from penstock.masking.field_paths import FieldPath, Segment, rank
from penstock.masking.techniques import DROPPED, Technique, types_of

Json = Any


@dataclass(frozen=True, slots=True)
class MaskRule:
    """One technique for some fields. `where` names it in messages: "Hmac for `email`, stream customers"."""

    paths: tuple[FieldPath, ...]
    technique: Technique
    where: str


class Masker:
    """Masks the records and the schema of one stream.

    A mask of a container is a mask of all that it holds; a rule for a field wins over one for its container, and of
    two rules for one field the more specific path wins. Raises ConfigError where both are equally specific.
    """

    def __init__(self, rules: Sequence[MaskRule]) -> None:
        self._patterns = [(path, rule) for rule in rules for path in rule.paths]
        self._states: dict[tuple[_Positions, Technique | None], _State] = {}
        start = self._closed((i, 0) for i in range(len(self._patterns)))
        self._root = self._state(start, None) if rules else None

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

    def _state(self, positions: _Positions, above: Technique | None) -> _State:
        """The state of a value before which paths stand at `positions`, in a container that `above` masks."""
        known = self._states.get((positions, above))
        if known is not None:
            return known
        state = self._states[positions, above] = _State()
        state.of_list = self._technique(positions) or above
        # A `[*]` is passed by a value that is no list: an API may give a lone element bare.
        bare = self._closed(positions, "deep", "each")
        state.technique = self._technique(bare) or above
        if state.technique is None or not state.technique.whole:
            steps = self._steps(bare)
            names = {segment.name for _, _, segment in steps if segment.kind == "name"}
            state.names = {name: self._after(steps, name, state.technique) for name in names}
            state.other = self._after(steps, None, state.technique)
        if state.of_list is None or not state.of_list.whole:
            state.items = self._inside(self._steps(positions), state.of_list)
        return state

    def _steps(self, positions: _Positions) -> list[_Step]:
        return [(i, at, self._patterns[i][0][at]) for i, at in positions if at < len(self._patterns[i][0])]

    def _after(self, steps: Sequence[_Step], key: str | None, above: Technique | None) -> _State | None:
        """The state after a key; None stands for any key that no path names."""
        moved = [(i, at) for i, at, segment in steps if segment.kind == "deep"]
        moved += [
            (i, at + 1)
            for i, at, segment in steps
            if segment.kind == "key" or (segment.kind == "name" and segment.name == key)
        ]
        return self._state(self._closed(moved), above) if moved or above else None

    def _inside(self, steps: Sequence[_Step], above: Technique | None) -> _State | None:
        """The state of the elements of a list: a name waits for them, so `contacts.phone` masks in a list too."""
        moved = [(i, at) for i, at, segment in steps if segment.kind != "each"]
        moved += [(i, at + 1) for i, at, segment in steps if segment.kind in ("each", "key")]
        return self._state(self._closed(moved), above) if moved or above else None

    def _closed(self, positions: Iterable[tuple[int, int]], *skipped: str) -> _Positions:
        """With each position before a `**`, or another kind to be skipped, also the one after it."""
        reached = set(positions)
        waiting = list(reached)
        while waiting:
            i, at = waiting.pop()
            path = self._patterns[i][0]
            if at < len(path) and path[at].kind in ("deep", *skipped) and (i, at + 1) not in reached:
                reached.add((i, at + 1))
                waiting.append((i, at + 1))
        return frozenset(reached)

    def _technique(self, positions: _Positions) -> Technique | None:
        """The technique of the most specific path that ends here."""
        ending = [self._patterns[i] for i, at in positions if at == len(self._patterns[i][0])]
        if not ending:
            return None
        ending.sort(key=lambda pattern: rank(pattern[0]), reverse=True)
        best = ending[0]
        for other in ending[1:]:
            if rank(other[0]) == rank(best[0]) and other[1] is not best[1]:
                first, second = sorted((best[1].where, other[1].where))
                raise ConfigError(
                    f"two masks claim one field with equal right: {first}; {second}",
                    hint="make one of the paths more specific, or remove one of the masks",
                )
        return best[1].technique


_Positions = frozenset[tuple[int, int]]
"""How far each path has come: pairs of its number and the segment before which it stands."""

_Step = tuple[int, int, Segment]


class _State:
    """Where a walk down a value stands. None means that nothing below is masked.

    `technique` masks the value itself, `of_list` does where it is a list. `names` leads on by key, `other` by any
    other key, `items` into a list.
    """

    __slots__ = ("items", "names", "of_list", "other", "technique")

    def __init__(self) -> None:
        self.technique: Technique | None = None
        self.of_list: Technique | None = None
        self.names: Mapping[str, _State | None] = {}
        self.other: _State | None = None
        self.items: _State | None = None


def _mask(value: Json, state: _State) -> Json:
    if isinstance(value, list | tuple):
        return _mask_list(value, state)
    technique = state.technique
    if technique is not None and technique.whole:
        return technique.value(value)
    if isinstance(value, dict):
        return _mask_object(value, state)
    return value if technique is None or value is None or value == "" else technique.value(value)


def _mask_list(value: Sequence[Json], state: _State) -> Json:
    if state.of_list is not None and state.of_list.whole:
        return state.of_list.value(value)
    inside = state.items
    if inside is None:
        return value
    return [masked for item in value if (masked := _mask(item, inside)) is not DROPPED]


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


def _mask_schema(schema: Mapping[str, Json], state: _State) -> Json:
    """A schema that tells of parts is followed into them; the technique says what becomes of the rest.

    Never tighter than what the masked records need: of a union whose branches a mask may make alike, any may fit.
    """
    is_list = "array" in types_of(schema) or "items" in schema
    technique = state.of_list if is_list else state.technique
    branches = [union for union in _UNIONS if isinstance(schema.get(union), list)]
    made = dict(schema)
    if technique is not None and not (branches and "type" not in schema):
        masked = technique.schema(schema)
        if masked is DROPPED:
            return DROPPED
        parts = {key: schema[key] for key in _PARTS if key in schema}
        made = {**masked, **parts}
        if parts and "type" not in schema:
            made.pop("type", None)
    if technique is not None:
        made["x-masked"] = {"by": technique.name}
    _mask_parts(made, state)
    for union in branches:
        masked_branches = [
            _mask_schema(branch, state) for branch in made.pop(union) if isinstance(branch, Mapping)
        ]
        left = [branch for branch in masked_branches if branch is not DROPPED]
        if masked_branches and not left:
            return DROPPED
        made.setdefault("anyOf" if union == "oneOf" else union, left)
    return made


_UNIONS = ("anyOf", "oneOf", "allOf")
_PARTS = ("properties", "required", "additionalProperties", "items", *_UNIONS)
"""What a schema says of the parts of a value."""


def _mask_parts(made: dict[str, Json], state: _State) -> None:
    """Mask what a schema says of the fields of an object and of the items of a list."""
    properties = made.get("properties")
    fields: dict[str, Json] = dict(properties) if isinstance(properties, Mapping) else {}
    additional = made.get("additionalProperties")
    if isinstance(additional, Mapping):
        fields = {**dict.fromkeys(state.names, additional), **fields}
        others = additional if state.other is None else _mask_schema(additional, state.other)
        made["additionalProperties"] = False if others is DROPPED else others
    masked = {name: _mask_field(name, child, state) for name, child in fields.items()}
    if isinstance(properties, Mapping) or masked:
        made["properties"] = {name: child for name, child in masked.items() if child is not DROPPED}
    if isinstance(made.get("required"), list):
        made["required"] = [
            name for name in made["required"] if not _may_go(state.names.get(name, state.other))
        ]
    if isinstance(made.get("items"), Mapping) and state.items is not None:
        inner = _mask_schema(made["items"], state.items)
        made["items"] = {} if inner is DROPPED else inner


def _mask_field(name: str, schema: Json, state: _State) -> Json:
    after = state.names.get(name, state.other)
    return schema if after is None or not isinstance(schema, Mapping) else _mask_schema(schema, after)


def _may_go(state: _State | None) -> bool:
    techniques = (state.technique, state.of_list) if state else ()
    return any(technique is not None and technique.schema({}) is DROPPED for technique in techniques)
