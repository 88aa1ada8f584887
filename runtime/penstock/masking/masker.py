"""The only door from raw to masked: one pass over each record, by an automaton compiled from all field paths.

Masked records share what is not masked with the raw ones, which stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from penstock.errors import ConfigError, StreamError
from penstock.lean import dataclass
from penstock.masking.batch import MaskedBatch, MaskedRecords, RawBatch, Record
from penstock.masking.field_paths import FieldPath, Segment, rank
from penstock.masking.shape import is_plain_key
from penstock.masking.techniques import DROPPED, Technique, UnmaskableError, types_of

Json = Any


@dataclass(frozen=True, slots=True)
class MaskRule:
    """One technique for some fields. `where` names it in messages: "Hmac for `email`, stream customers".

    `class_name` is the class of the data, where it is known. Of rules whose paths are equally specific the one of the
    higher `level` wins. `previous` are the techniques with older keys, by key id: while they are alive a field has a
    second one beside it, `email__p25`.
    """

    paths: tuple[FieldPath, ...]
    technique: Technique
    where: str
    class_name: str = ""
    level: int = 0
    previous: Mapping[str, Technique] = field(default_factory=dict)


class Withheld(Exception):  # noqa: N818 - an outcome that the policy weighs
    """A record does not leave, because of a field that no rule covers or whose value no mask may leave in clear."""

    def __init__(self, why: str, *, stops: bool) -> None:
        super().__init__(why)
        self.why = why
        self.stops = stops


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that does not leave: the path of the field at which it was refused, and why; no value.

    `stops` says that the policy wants the stream to end there.
    """

    path: str
    why: str
    stops: bool


class Tally:
    """What happened to the values of one batch: by rule, how many were masked, null, or gone with their record."""

    __slots__ = ("masked", "nulls", "record")

    def __init__(self, rules: int) -> None:
        self.record: Mapping[str, Json] = {}
        self.masked = [0] * rules
        self.nulls = [0] * rules

    def aside(self) -> Tally:
        """A tally of the same record that does not count."""
        other = Tally(len(self.masked))
        other.record = self.record
        return other


class Masker:
    """Masks the records and the schema of one stream.

    A mask of a container is a mask of all that it holds; a rule for a field wins over one for its container, and of
    two rules for one field the more specific path wins. `rest` is for what no rule covers. `refused` is told of each
    record that does not leave, `counted` of each batch that did; without `refused` such a record ends the stream.
    Raises ConfigError where two rules are equally specific.
    """

    def __init__(
        self,
        rules: Sequence[MaskRule],
        *,
        rest: Technique | None = None,
        refused: Callable[[Record, Refusal], None] | None = None,
        counted: Callable[[Tally], None] | None = None,
    ) -> None:
        self._patterns = [(path, rule) for rule in rules for path in rule.paths]
        self._states: dict[tuple[_Positions, _Applied | None, str], _State] = {}
        self._refused = refused or _refuse
        self._counted = counted
        start = self._closed((i, 0) for i in range(len(self._patterns)))
        above = _Applied(rest, None) if rest else None
        self._root = self._state(start, above, "") if rules or rest else None

    @property
    def patterns(self) -> Sequence[tuple[FieldPath, MaskRule]]:
        """Each path with its rule, in the order of a Tally's numbers."""
        return self._patterns

    def __call__(self, batch: RawBatch) -> MaskedBatch:
        """Mask a batch; records that do not leave are left out."""
        root = self._root
        if root is None:
            return MaskedBatch(batch.stream, MaskedRecords(batch.records))
        tally = Tally(len(self._patterns))
        masked = []
        for record in batch.records:
            tally.record = record
            try:
                masked.append(_mask_object(record, root, tally))
            except (Withheld, UnmaskableError) as error:
                self._refused(record, _refusal(record, root, tally, error))
        if self._counted is not None:
            self._counted(tally)
        return MaskedBatch(batch.stream, MaskedRecords(masked))

    def schema(self, schema: Json) -> Json:
        """The JSON Schema of the masked records; masked fields carry `x-masked`."""
        if self._root is None or not isinstance(schema, Mapping):
            return schema
        return _mask_schema(schema, self._root)

    def _state(self, positions: _Positions, above: _Applied | None, key_id: str) -> _State:
        """The state of a value before which paths stand at `positions`, in a container that `above` masks.

        With a `key_id` techniques are those of that older key, where they have one.
        """
        known = self._states.get((positions, above, key_id))
        if known is not None:
            return known
        state = self._states[positions, above, key_id] = _State()
        state.of_list = self._applied(positions, key_id) or above
        # A `[*]` is passed by a value that is no list: an API may give a lone element bare.
        bare = self._closed(positions, "deep", "each")
        own = self._applied(bare, key_id)
        state.applied = own or above
        if own is not None and own.number is not None and not key_id:
            older = self._patterns[own.number][1].previous
            state.previous = tuple((old, self._state(positions, above, old)) for old in older)
        if state.applied is None or not state.applied.technique.whole:
            steps = self._steps(bare)
            names = {segment.name for _, _, segment in steps if segment.kind == "name"}
            state.names = {name: self._after(steps, name, state.applied, key_id) for name in names}
            state.other = self._after(steps, None, state.applied, key_id)
        if state.of_list is None or not state.of_list.technique.whole:
            state.items = self._inside(self._steps(positions), state.of_list, key_id)
        return state

    def _steps(self, positions: _Positions) -> list[_Step]:
        return [(i, at, self._patterns[i][0][at]) for i, at in positions if at < len(self._patterns[i][0])]

    def _after(
        self, steps: Sequence[_Step], key: str | None, above: _Applied | None, key_id: str
    ) -> _State | None:
        """The state after a key; None stands for any key that no path names."""
        moved = [(i, at) for i, at, segment in steps if segment.kind == "deep"]
        moved += [
            (i, at + 1)
            for i, at, segment in steps
            if segment.kind == "key" or (segment.kind == "name" and segment.name == key)
        ]
        return self._state(self._closed(moved), above, key_id) if moved or above else None

    def _inside(self, steps: Sequence[_Step], above: _Applied | None, key_id: str) -> _State | None:
        """The state of the elements of a list: a name waits for them, so `contacts.phone` masks in a list too."""
        moved = [(i, at) for i, at, segment in steps if segment.kind != "each"]
        moved += [(i, at + 1) for i, at, segment in steps if segment.kind in ("each", "key")]
        return self._state(self._closed(moved), above, key_id) if moved or above else None

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

    def _applied(self, positions: _Positions, key_id: str) -> _Applied | None:
        """The technique of the most specific path that ends here."""
        ending = [i for i, at in positions if at == len(self._patterns[i][0])]
        if not ending:
            return None
        ending.sort(key=self._rank, reverse=True)
        best, *others = ending
        rule = self._patterns[best][1]
        for other in others:
            if self._rank(other) == self._rank(best) and self._patterns[other][1] is not rule:
                first, second = sorted((rule.where, self._patterns[other][1].where))
                raise ConfigError(
                    f"two masks claim one field with equal right: {first}; {second}",
                    hint="make one of the paths more specific, or remove one of the masks",
                )
        return _Applied(rule.previous.get(key_id, rule.technique), best)

    def _rank(self, number: int) -> tuple[tuple[int, int, int, int], int]:
        path, rule = self._patterns[number]
        return rank(path), rule.level


@dataclass(frozen=True, slots=True)
class _Applied:
    """A technique, and the number of the path that it is for; None where no path is."""

    technique: Technique
    number: int | None


_Positions = frozenset[tuple[int, int]]
"""How far each path has come: pairs of its number and the segment before which it stands."""

_Step = tuple[int, int, Segment]


class _State:
    """Where a walk down a value stands. None means that nothing below is masked.

    `applied` masks the value itself, `of_list` does where it is a list. `names` leads on by key, `other` by any other
    key, `items` into a list. `previous` are the states of the same value with older keys.
    """

    __slots__ = ("applied", "items", "names", "of_list", "other", "previous")

    def __init__(self) -> None:
        self.applied: _Applied | None = None
        self.of_list: _Applied | None = None
        self.names: Mapping[str, _State | None] = {}
        self.other: _State | None = None
        self.items: _State | None = None
        self.previous: tuple[tuple[str, _State], ...] = ()


def _mask(value: Json, state: _State, tally: Tally) -> Json:
    if isinstance(value, list | tuple):
        return _mask_list(value, state, tally)
    applied = state.applied
    if applied is None:
        return _mask_object(value, state, tally) if isinstance(value, dict) else value
    if isinstance(value, dict) and not applied.technique.whole:
        return _mask_object(value, state, tally)
    return _mask_leaf(value, applied, tally)


def _mask_leaf(value: Json, applied: _Applied, tally: Tally) -> Json:
    """Mask a value that is no container, or that the technique takes as a whole."""
    technique, number = applied.technique, applied.number
    if value is None:
        if number is not None:
            tally.nulls[number] += 1
        return technique.value(None) if technique.whole else None
    if number is not None:
        tally.masked[number] += 1
    if value == "" and not technique.whole and not technique.takes_empty:
        return value
    if technique.of_record is not None:
        return technique.of_record(value, tally.record)
    return technique.value(value)


def _mask_list(value: Sequence[Json], state: _State, tally: Tally) -> Json:
    if state.of_list is not None and state.of_list.technique.whole:
        return _mask_leaf(value, state.of_list, tally)
    inside = state.items
    if inside is None:
        return value
    return [masked for item in value if (masked := _mask(item, inside, tally)) is not DROPPED]


def _mask_object(value: dict[str, Json], state: _State, tally: Tally) -> dict[str, Json]:
    masked = dict(value)
    names, other = state.names, state.other
    for key in names if other is None else value:
        if key not in masked:
            continue
        after = names.get(key, other)
        if after is None:
            continue
        old = value[key]
        new = _mask(old, after, tally)
        if new is DROPPED:
            del masked[key]
        else:
            masked[key] = new
        for key_id, older in after.previous:
            masked[second_name(key, key_id)] = _mask(old, older, tally.aside())
    return masked


def second_name(field: str, key_id: str) -> str:
    """The name of the field beside `field` that holds what an older key gives, while that key is alive."""
    return f"{field}__{key_id}"


def _refuse(record: Record, refusal: Refusal) -> None:
    raise StreamError(f"a record cannot be masked: the field `{refusal.path}` {refusal.why}")


def _refusal(record: Record, root: _State, tally: Tally, error: Withheld | UnmaskableError) -> Refusal:
    """Where a record was refused: found by a second walk, so that the first need not note its way."""
    path = _place_of(record, root, tally.aside(), ()) or ("?",)
    told = "".join(path).removeprefix(".")
    if isinstance(error, Withheld):
        return Refusal(told, error.why, error.stops)
    return Refusal(told, f"holds what its mask cannot take ({error})", stops=False)


def _place_of(value: Json, state: _State, tally: Tally, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """The path of the first value that its mask refuses; keys that may be data are not told."""
    applied = state.of_list if isinstance(value, list) else state.applied
    if isinstance(value, list | dict) and not (applied is not None and applied.technique.whole):
        for child, after, step in _parts(value, state):
            found = _place_of(child, after, tally, (*path, step)) if after is not None else None
            if found is not None:
                return found
        return None
    try:
        for one in (state, *(older for _, older in state.previous)):
            _mask(value, one, tally)
    except (Withheld, UnmaskableError):
        return path
    return None


def _parts(value: Json, state: _State) -> Iterable[tuple[Json, _State | None, str]]:
    """What a container holds, each part with its state and its step of a path."""
    if isinstance(value, list):
        return [(item, state.items, "[*]") for item in value]
    return [
        (child, state.names.get(key, state.other), f".{key}" if is_plain_key(key) else ".<key>")
        for key, child in value.items()
    ]


def _mask_schema(schema: Mapping[str, Json], state: _State) -> Json:
    """A schema that tells of parts is followed into them; the technique says what becomes of the rest.

    Never tighter than what the masked records need: of a union whose branches a mask may make alike, any may fit.
    """
    is_list = "array" in types_of(schema) or "items" in schema
    applied = state.of_list if is_list else state.applied
    technique = applied.technique if applied else None
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
    if technique is not None and technique.name:
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
    masked: dict[str, Json] = {}
    for name, child in fields.items():
        after = state.names.get(name, state.other)
        masked[name] = _mask_field(child, after)
        for key_id, older in after.previous if after else ():
            masked[second_name(name, key_id)] = _mask_field(child, older)
    if isinstance(properties, Mapping) or masked:
        made["properties"] = {name: child for name, child in masked.items() if child is not DROPPED}
    if isinstance(made.get("required"), list):
        made["required"] = [
            name for name in made["required"] if not _may_go(state.names.get(name, state.other))
        ]
    if isinstance(made.get("items"), Mapping) and state.items is not None:
        inner = _mask_schema(made["items"], state.items)
        made["items"] = {} if inner is DROPPED else inner


def _mask_field(schema: Json, state: _State | None) -> Json:
    return schema if state is None or not isinstance(schema, Mapping) else _mask_schema(schema, state)


def _may_go(state: _State | None) -> bool:
    applied = (state.applied, state.of_list) if state else ()
    return any(one is not None and one.technique.schema({}) is DROPPED for one in applied)
