"""The only door from raw to masked: one pass over each record, by an automaton compiled from all field paths.

Masked records share what is not masked with the raw ones, which stay as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from penstock.errors import StreamError
from penstock.lean import dataclass
from penstock.masking.automaton import Applied, Automaton, MaskRule, State, second_name
from penstock.masking.batch import MaskedBatch, MaskedRecords, RawBatch, Record
from penstock.masking.coverage import Coverage
from penstock.masking.field_paths import FieldPath, written
from penstock.masking.masked_schema import mask_schema
from penstock.masking.shape import describe, is_plain_key
from penstock.masking.techniques import DROPPED, Technique, UnmaskableError

Json = Any


class Withheld(Exception):  # noqa: N818 - an outcome that the policy weighs
    """A record does not leave, because of a field that no rule covers or whose value must not leave in clear.

    `stops` says that the policy wants the stream to end there, `held` that the record is put aside by its word,
    `found` the class of what a detector found.
    """

    def __init__(self, why: str, *, stops: bool, held: bool = False, found: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.stops = stops
        self.held = held
        self.found = found


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that does not leave: the path of the field at which it was refused, and why; no value. See Withheld."""

    path: str
    why: str
    stops: bool = False
    held: bool = False
    found: str = ""


class Rest:
    """What becomes of what no rule covers. `technique` masks a value, and its schema.

    `look`, where it is set, masks a value in place of it, and gives also the class of what a detector found, to be
    counted; "" for nothing. `key` looks at a key that no path names and that may be data, and whether the rules allow
    such keys there: false where its field has to go. It raises Withheld as the technique does.
    """

    def __init__(
        self,
        technique: Technique,
        look: Callable[[Json], tuple[Json, str]] | None = None,
        key: Callable[[str, bool], bool] = lambda key, allowed: True,
    ) -> None:
        self.technique = technique
        self.look = look
        self.key = key


class Tally:
    """What happened to the values of the records of one batch that leave.

    By rule, how many were masked or null; by class, how many of those that no rule covers a detector found. In `objects`
    each object counts for all the plain masks of its state, until `add_up`; what was not masked is taken from `masked`.
    """

    __slots__ = ("detected", "masked", "nulls", "objects", "record", "rest")

    def __init__(self, rules: int, rest: Rest | None) -> None:
        self.record: Mapping[str, Json] = {}
        self.rest = rest
        self.masked = [0] * rules
        self.nulls = [0] * rules
        self.detected: Counter[str] = Counter()
        self.objects: dict[State, int] = {}

    def add_up(self) -> Tally:
        """Bring what `objects` counts into `masked`; gives the tally itself."""
        for state, seen in self.objects.items():
            for _, _, number, _ in (*state.texts, *state.constants):
                self.masked[number] += seen
        self.objects.clear()
        return self

    def aside(self) -> Tally:
        """A tally of the same record that does not count."""
        other = Tally(len(self.masked), self.rest)
        other.record = self.record
        return other

    def undo(self, other: Tally) -> None:
        """Take back what another one counted."""
        self.masked = [a - b for a, b in zip(self.masked, other.masked, strict=True)]
        self.nulls = [a - b for a, b in zip(self.nulls, other.nulls, strict=True)]
        self.detected.subtract(other.detected)


class Masker:
    """Masks the records and the schema of one stream.

    A mask of a container is a mask of all that it holds; a rule for a field wins over one for its container, and of
    two rules for one field the more specific path wins. `rest` is for what no rule covers. `refused` is told of each
    record that does not leave; without it such a record ends the stream.
    Raises ConfigError where two rules are equally specific.
    """

    def __init__(
        self,
        rules: Sequence[MaskRule],
        *,
        rest: Rest | None = None,
        refused: Callable[[Record, Refusal], None] | None = None,
    ) -> None:
        self._rules = rules
        self._automaton = Automaton(rules, rest.technique if rest else None)
        self._rest = rest
        self._refused = refused or _refuse
        self._root = self._automaton.root

    @property
    def paths(self) -> list[tuple[str, MaskRule]]:
        """Each path, as it is written, with its rule, in the order of a Tally's numbers."""
        return [(written(path), rule) for path, rule in self._automaton.patterns]

    def tally(self) -> Tally:
        """An empty tally for the paths of this masker."""
        return Tally(len(self._automaton.patterns), self._rest)

    def __call__(self, batch: RawBatch, tally: Tally | None = None) -> MaskedBatch:
        """Mask a batch, and count in `tally`; records that do not leave are left out."""
        root = self._root
        if root is None:
            return MaskedBatch(batch.stream, MaskedRecords(batch.records))
        tally = tally or self.tally()
        mask = _mask_every_field
        if root.other is None:
            mask = _mask_known_fields
            tally.objects[root] = len(batch.records)
        masked = []
        for record in batch.records:
            tally.record = record
            try:
                masked.append(mask(record, root, tally))
            except (Withheld, UnmaskableError) as error:
                tally.undo(_counted(record, root, tally).add_up())
                self._refused(record, _refusal(record, root, tally, error))
        tally.add_up()
        return MaskedBatch(batch.stream, MaskedRecords(masked))

    def uncovered(self, record: Record) -> Iterator[tuple[str, str]]:
        """The path and the type of each value of a record that no rule covers."""
        return _uncovered(record, self._root or State(), "")

    def keeps_apart(self, field: str) -> bool:
        """Whether values of a field that differ stay different, as those of a primary key must. Counts nothing."""
        root = self._root
        state = root.names.get(field, root.other) if root else None
        if state is None or state.applied is None:
            return True
        if not state.is_covered:
            return state.applied.technique.schema({"type": "string"}) is not DROPPED
        return all(self._masked_alone(field, one) != self._masked_alone(field, other) for one, other in _KEYS)

    def hidden(self, fields: Iterable[str], schema: Json = None) -> list[FieldPath]:
        """The fields that do not leave as they are: among those of a schema and these, of which it need not tell."""
        if not isinstance(schema, Mapping):
            schema = {}
        known = schema.get("properties")
        told = {**{field: {} for field in fields}, **(known if isinstance(known, Mapping) else {})}
        coverage = Coverage(self._rules)
        found = {place.path: place.rule for place in coverage.places({**schema, "properties": told})}
        for path, _ in self._automaton.patterns:
            if all(segment.kind != "deep" for segment in path):
                found.setdefault(path, coverage.rule_at(path))
        is_held_back = self._rest is not None and self._rest.look is None
        return [
            path
            for path, rule in found.items()
            if (is_held_back if rule is None else rule.technique.name != "Keep")
        ]

    def _masked_alone(self, field: str, value: Json) -> Json:
        """A record with one value masked; as it was, where the mask does not take it."""
        assert self._root is not None
        tally = self.tally()
        tally.record = {field: value}
        try:
            return _mask_object({field: value}, self._root, tally)
        except (Withheld, UnmaskableError):
            return {field: value}

    def schema(self, schema: Json) -> Json:
        """The JSON Schema of the masked records; masked fields carry `x-masked`."""
        if self._root is None or not isinstance(schema, Mapping):
            return schema
        return mask_schema(schema, self._root)


_LISTS = (list, tuple)


_KEYS = (
    ("key 1 of many", "key 2 of many"),
    (1_000_001, 1_000_002),
    ("192.0.2.1", "192.0.2.2"),
    ("2024-01-02T03:04:05Z", "2024-01-02T03:04:06Z"),
)
"""Values of the kinds that keys are, in pairs that differ little."""


def _mask(value: Json, state: State, tally: Tally) -> Json:
    if isinstance(value, _LISTS):
        return _mask_list(value, state, tally)
    applied = state.applied
    if applied is None:
        return _mask_object(value, state, tally) if isinstance(value, dict) else value
    if isinstance(value, dict) and not applied.technique.whole:
        return _mask_object(value, state, tally)
    return _mask_leaf(value, applied, tally)


def _mask_leaf(value: Json, applied: Applied, tally: Tally) -> Json:
    """Mask a value that is no container, or that the technique takes as a whole."""
    technique, number = applied.technique, applied.number
    if value is None:
        if number is not None:
            tally.nulls[number] += 1
        return technique.value(None) if technique.whole or number is None else None
    if value == "" and not technique.whole and not technique.takes_empty:
        return value
    if number is not None:
        tally.masked[number] += 1
    elif tally.rest is not None and tally.rest.look is not None:
        masked, found = tally.rest.look(value)
        if found:
            tally.detected[found] += 1
        return masked
    if technique.of_record is not None:
        return technique.of_record(value, tally.record)
    return technique.value(value)


def _mask_list(value: Sequence[Json], state: State, tally: Tally) -> Json:
    if state.of_list is not None and state.of_list.technique.whole:
        return _mask_leaf(value, state.of_list, tally)
    inside = state.items
    if inside is None:
        return value
    return [masked for item in value if (masked := _mask(item, inside, tally)) is not DROPPED]


def _mask_object(value: dict[str, Json], state: State, tally: Tally) -> dict[str, Json]:
    if state.other is not None:
        return _mask_every_field(value, state, tally)
    tally.objects[state] = tally.objects.get(state, 0) + 1
    return _mask_known_fields(value, state, tally)


def _mask_known_fields(value: dict[str, Json], state: State, tally: Tally) -> dict[str, Json]:
    """Mask the fields that paths name, and no other."""
    masked = value.copy()
    look = value.get
    for key, mask_text, number, after in state.texts:
        old = look(key)
        if type(old) is str and old:
            masked[key] = mask_text(old)
        else:
            tally.masked[number] -= 1
            if key in value:
                _mask_field(masked, key, old, after, tally)
    for key, new, number, after in state.constants:
        old = look(key)
        if type(old) is str and old:
            masked[key] = new
        else:
            tally.masked[number] -= 1
            if key in value:
                _mask_field(masked, key, old, after, tally)
    for key, after in state.fields:
        if key in value:
            _mask_field(masked, key, value[key], after, tally)
    return masked


def _mask_field(masked: dict[str, Json], key: str, old: Json, after: State, tally: Tally) -> None:
    """Mask a field of `masked`, which may go, and give it those of older keys."""
    new = _mask(old, after, tally)
    if new is DROPPED:
        masked.pop(key, None)
    else:
        masked[key] = new
    for key_id, older in after.previous:
        masked[second_name(key, key_id)] = _mask(old, older, tally.aside())


_is_plain = lru_cache(maxsize=4_096)(is_plain_key)


def _mask_every_field(value: dict[str, Json], state: State, tally: Tally) -> dict[str, Json]:
    """Mask the fields that paths name, and those that none does."""
    masked: dict[str, Json] = {}
    names, other, rest = state.names, state.other, tally.rest
    allows_keys = other is not None and other.allows_keys
    for key, old in value.items():
        if rest is not None and key not in names and not _is_plain(key) and not rest.key(key, allows_keys):
            continue
        after = names.get(key, other)
        if after is None:
            masked[key] = old
        else:
            _mask_field(masked, key, old, after, tally)
    return masked


def _refuse(record: Record, refusal: Refusal) -> None:
    raise StreamError(f"a record cannot be masked: the field `{refusal.path}` {refusal.why}")


def _counted(record: Record, root: State, tally: Tally) -> Tally:
    """What a record that was refused has added to a tally: it is gone over again, up to the same place."""
    again = tally.aside()
    with suppress(Withheld, UnmaskableError):
        _mask_object(record, root, again)
    return again


def _refusal(record: Record, root: State, tally: Tally, error: Withheld | UnmaskableError) -> Refusal:
    """Where a record was refused: found by a second walk, so that the first need not note its way."""
    path = _place_of(record, root, tally.aside(), ()) or ("?",)
    told = "".join(path).removeprefix(".")
    if isinstance(error, Withheld):
        return Refusal(told, error.why, error.stops, error.held, error.found)
    return Refusal(told, f"holds what its mask cannot take ({error})")


def _place_of(value: Json, state: State, tally: Tally, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """The path of the first value that its mask refuses; keys that may be data are not told."""
    applied = state.of_list if isinstance(value, list) else state.applied
    if isinstance(value, list | dict) and not (applied is not None and applied.technique.whole):
        for child, after, step in _parts(value, state):
            found = _place_of(child, after, tally, (*path, step)) if after is not None else None
            if found is not None:
                return found
        return (
            (*path, ".<key>") if isinstance(value, dict) and _has_refused_key(value, state, tally) else None
        )
    try:
        for one in (state, *(older for _, older in state.previous)):
            _mask(value, one, tally)
    except (Withheld, UnmaskableError):
        return path
    return None


def _has_refused_key(value: dict[str, Json], state: State, tally: Tally) -> bool:
    rest, other = tally.rest, state.other
    if rest is None or other is None:
        return False
    try:
        for key in value:
            if key not in state.names and not is_plain_key(key):
                rest.key(key, other.allows_keys)
    except Withheld:
        return True
    return False


def _uncovered(value: Json, state: State, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        for child, after, step in _parts(value, state):
            if after is None or not after.is_covered:
                yield from _uncovered(child, after or State(), path + step)
    elif value is not None:
        yield path.removeprefix("."), describe(value)


def _parts(value: Json, state: State) -> Iterable[tuple[Json, State | None, str]]:
    """What a container holds, each part with its state and its step of a path."""
    if isinstance(value, list):
        return [(item, state.items, "[*]") for item in value]
    return [
        (child, state.names.get(key, state.other), f".{key}" if is_plain_key(key) else ".<key>")
        for key, child in value.items()
    ]
