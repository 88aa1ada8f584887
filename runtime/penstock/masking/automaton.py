"""The rules of a stream as an automaton over the steps from a record to its values: what masks a value is where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from penstock.errors import ConfigError
from penstock.lean import dataclass
from penstock.masking.field_paths import FieldPath, Segment, rank
from penstock.masking.techniques import Technique

Json = Any


@dataclass(frozen=True, slots=True)
class MaskRule:
    """One technique for some fields. `where` names it in messages: "Hmac for `email`, stream customers".

    `class_name` is the class of the data, where it is known. Of rules whose paths are equally specific the one of the
    higher `level` wins. `previous` are the techniques with older keys, by key id: while they are alive a field has a
    second one beside it, `email__p25`. With `leaf_only` the rule does not cover what a container holds.
    """

    paths: tuple[FieldPath, ...]
    technique: Technique
    where: str
    class_name: str = ""
    level: int = 0
    previous: Mapping[str, Technique] = field(default_factory=dict)
    leaf_only: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """A technique, and the number of the path that it is for; None where no path is."""

    technique: Technique
    number: int | None
    leaf_only: bool = False


_Positions = frozenset[tuple[int, int]]
"""How far each path has come: pairs of its number and the segment before which it stands."""

_Step = tuple[int, int, Segment]


class State:
    """Where a walk down a value stands. None means that nothing below is masked.

    `applied` masks the value itself, `of_list` does where it is a list. `names` leads on by key, `other` by any other
    key, `items` into a list. `previous` are the states of the same value with older keys. With `is_named` a path ends
    at the value itself, not only at a container of it.

    For speed the commonest of it stands ready: `texts` are the names that lead to a plain mask, each with what masks
    text that is not empty, the number to count it under, and its state; `constants` are those whose mask gives one value
    for all, with that value; `fields` are the other names, with their states.
    """

    __slots__ = (
        "applied",
        "constants",
        "fields",
        "is_named",
        "items",
        "names",
        "of_list",
        "other",
        "previous",
        "texts",
    )

    def __init__(self) -> None:
        self.applied: Applied | None = None
        self.of_list: Applied | None = None
        self.is_named = False
        self.names: Mapping[str, State | None] = {}
        self.other: State | None = None
        self.items: State | None = None
        self.previous: tuple[tuple[str, State], ...] = ()
        self.texts: tuple[tuple[str, Callable[[Json], Json], int, State], ...] = ()
        self.constants: tuple[tuple[str, Json, int, State], ...] = ()
        self.fields: tuple[tuple[str, State], ...] = ()

    def settle(self) -> None:
        """Make ready what stands ready, once all else is set."""
        known = [(name, after) for name, after in self.names.items() if after is not None]
        plain = [
            (name, mask.technique, mask.number, after)
            for name, after in known
            if (mask := after.plain) is not None and mask.number is not None
        ]
        self.texts = tuple(
            (name, mask.value, number, after) for name, mask, number, after in plain if not mask.constant
        )
        self.constants = tuple(
            (name, mask.value("text"), number, after) for name, mask, number, after in plain if mask.constant
        )
        self.fields = tuple((name, after) for name, after in known if after.plain is None)

    @property
    def plain(self) -> Applied | None:
        """The mask, where it needs no more than the value, and there is nothing else to be done."""
        applied = self.applied
        if applied is None or applied.number is None or self.previous:
            return None
        return None if applied.technique.of_record or applied.technique.drops else applied

    @property
    def is_covered(self) -> bool:
        """Whether a rule masks the value itself."""
        return self.applied is not None and self.applied.number is not None

    @property
    def allows_keys(self) -> bool:
        """Whether keys that lead here may be data: a path says so, or somebody looked at all of the container."""
        return self.is_named or (self.applied is not None and self.applied.technique.name == "Keep")


class Automaton:
    """The states of some rules. `rest` is for what no rule covers; `root` is the state of a record, None without either.

    Raises ConfigError where two rules are equally specific.
    """

    def __init__(self, rules: Sequence[MaskRule], rest: Technique | None) -> None:
        self.patterns = [(path, rule) for rule in rules for path in rule.paths]
        self._states: dict[tuple[_Positions, Applied | None, str], State] = {}
        start = self._closed((i, 0) for i in range(len(self.patterns)))
        self._rest = Applied(rest, None) if rest else None
        self.root = self._state(start, self._rest, "") if rules or rest else None

    def _state(self, positions: _Positions, above: Applied | None, key_id: str) -> State:
        """The state of a value before which paths stand at `positions`, in a container that `above` masks.

        With a `key_id` techniques are those of that older key, where they have one.
        """
        known = self._states.get((positions, above, key_id))
        if known is not None:
            return known
        state = self._states[positions, above, key_id] = State()
        state.of_list = self._applied(positions, key_id) or above
        # A `[*]` is passed by a value that is no list: an API may give a lone element bare.
        bare = self._closed(positions, "deep", "each")
        own = self._applied(bare, key_id)
        state.applied = own or above
        state.is_named = own is not None
        if own is not None and own.number is not None and not key_id:
            older = self.patterns[own.number][1].previous
            state.previous = tuple((old, self._state(positions, above, old)) for old in older)
        if state.applied is None or not state.applied.technique.whole:
            steps = self._steps(bare)
            names = {segment.name for _, _, segment in steps if segment.kind == "name"}
            inside = self._inherited(state.applied)
            state.names = {name: self._after(steps, name, inside, key_id) for name in names}
            state.other = self._after(steps, None, inside, key_id)
        if state.of_list is None or not state.of_list.technique.whole:
            inherited = self._inherited(state.of_list)
            state.items = self._inside(self._steps(positions), inherited, key_id)
        state.settle()
        return state

    def _inherited(self, applied: Applied | None) -> Applied | None:
        """What masks the parts of a container that `applied` masks."""
        return self._rest if applied is not None and applied.leaf_only else applied

    def _steps(self, positions: _Positions) -> list[_Step]:
        return [(i, at, self.patterns[i][0][at]) for i, at in positions if at < len(self.patterns[i][0])]

    def _after(
        self, steps: Sequence[_Step], key: str | None, above: Applied | None, key_id: str
    ) -> State | None:
        """The state after a key; None stands for any key that no path names."""
        moved = [(i, at) for i, at, segment in steps if segment.kind == "deep"]
        moved += [
            (i, at + 1)
            for i, at, segment in steps
            if segment.kind == "key" or (segment.kind == "name" and segment.name == key)
        ]
        return self._state(self._closed(moved), above, key_id) if moved or above else None

    def _inside(self, steps: Sequence[_Step], above: Applied | None, key_id: str) -> State | None:
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
            path = self.patterns[i][0]
            if at < len(path) and path[at].kind in ("deep", *skipped) and (i, at + 1) not in reached:
                reached.add((i, at + 1))
                waiting.append((i, at + 1))
        return frozenset(reached)

    def _applied(self, positions: _Positions, key_id: str) -> Applied | None:
        """The technique of the most specific path that ends here."""
        ending = [i for i, at in positions if at == len(self.patterns[i][0])]
        if not ending:
            return None
        ending.sort(key=self._rank, reverse=True)
        best, *others = ending
        rule = self.patterns[best][1]
        for other in others:
            if self._rank(other) == self._rank(best) and self.patterns[other][1] is not rule:
                first, second = sorted((rule.where, self.patterns[other][1].where))
                raise ConfigError(
                    f"two masks claim one field with equal right: {first}; {second}",
                    hint="make one of the paths more specific, or remove one of the masks",
                )
        return Applied(rule.previous.get(key_id, rule.technique), best, rule.leaf_only)

    def _rank(self, number: int) -> tuple[tuple[int, int, int, int], int]:
        path, rule = self.patterns[number]
        return rank(path), rule.level


def second_name(field: str, key_id: str) -> str:
    """The name of the field beside `field` that holds what an older key gives, while that key is alive."""
    return f"{field}__{key_id}"
