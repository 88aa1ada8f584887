"""Which rule masks each field that a JSON Schema tells of, and whether a path meets any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from penstock.lean import dataclass
from penstock.masking.automaton import Applied, Automaton, MaskRule, State
from penstock.masking.field_paths import FieldPath, Segment, written
from penstock.masking.shape import is_plain_key
from penstock.masking.techniques import redact, types_of

Json = Any

_UNIONS = ("anyOf", "oneOf", "allOf")
_NOT_LEAVES = frozenset({"object", "array", "null"})


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a schema that holds values: its path, the types that it admits, and what masks it, if anything."""

    path: FieldPath
    types: tuple[str, ...]
    rule: MaskRule | None

    @property
    def told(self) -> str:
        """The path as it is written."""
        return path_text(self.path)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a record that is masked as one: its path, the keys and indexes that lead to it, and what masks it."""

    path: FieldPath
    at: tuple[str | int, ...]
    value: Json
    rule: MaskRule | None

    @property
    def told(self) -> str:
        """The path as it is written; keys that may be data are not told."""
        return path_text(
            tuple(Segment("key") if s.kind == "name" and not is_plain_key(s.name) else s for s in self.path)
        )


class Coverage:
    """Where the rules of a stream apply. Raises ConfigError where two of them are equally specific."""

    def __init__(self, rules: Sequence[MaskRule]) -> None:
        self._automaton = Automaton(rules, None)

    def places(self, schema: Json) -> list[Place]:
        """Each field of a schema that holds values, once, in order; of an object without known parts, itself."""
        found: dict[FieldPath, Place] = {}
        for place in self._below(schema, self._automaton.root, ()):
            known = found.get(place.path)
            types = tuple(dict.fromkeys((*(known.types if known else ()), *place.types)))
            found[place.path] = Place(place.path, types, place.rule)
        return list(found.values())

    def rule_at(self, path: FieldPath) -> MaskRule | None:
        """What masks the value at a path of names, `[*]` and `*`."""
        state = self._automaton.root
        for segment in path:
            state = _after(state, segment)
        return self._known(state.applied) if state is not None else None

    def values(self, record: Mapping[str, Json]) -> Iterator[Value]:
        """Each value of a record, in order."""
        yield from self._inside(record, self._automaton.root, (), ())

    def _inside(
        self, value: Json, state: State | None, path: FieldPath, at: tuple[str | int, ...]
    ) -> Iterator[Value]:
        applied = (state.of_list if isinstance(value, list) else state.applied) if state else None
        if isinstance(value, dict | list) and not (applied is not None and applied.technique.whole):
            for key, child in value.items() if isinstance(value, dict) else enumerate(value):
                segment = Segment("each") if isinstance(key, int) else Segment("name", key)
                yield from self._inside(child, _after(state, segment), (*path, segment), (*at, key))
        else:
            yield Value(path, at, value, self._known(applied))

    def _below(self, schema: Json, state: State | None, path: FieldPath) -> Iterator[Place]:
        if not isinstance(schema, Mapping):
            return
        branches = [branch for union in _UNIONS for branch in schema.get(union) or ()]
        for branch in branches:
            yield from self._below(branch, state, path)
        is_masked_whole = state is not None and any(
            one is not None and one.technique.whole for one in (state.applied, state.of_list)
        )
        parts = () if is_masked_whole else parts_of(schema)
        kinds = types_of(schema)
        holds_itself = (not branches or "type" in schema) and set(kinds) != {"null"}
        if path and holds_itself and (not parts or set(kinds) - _NOT_LEAVES):
            yield Place(path, tuple(kinds), self._rule_of(state, kinds))
        for child, segment in parts:
            yield from self._below(child, _after(state, segment), (*path, segment))

    def _rule_of(self, state: State | None, kinds: Sequence[str]) -> MaskRule | None:
        """What masks a value here; of an object or a list all that it holds."""
        if state is None:
            return None
        applied = state.of_list if "array" in kinds and not set(kinds) - {"array", "null"} else state.applied
        inside = None
        if not set(kinds) - _NOT_LEAVES:
            inner = state.items if "array" in kinds else state.other
            inside = inner.applied if inner is not None else None
        for one in (applied, inside):
            rule = self._known(one)
            if rule is not None:
                return rule
        return None

    def _known(self, applied: Applied | None) -> MaskRule | None:
        if applied is None or applied.number is None:
            return None
        return self._automaton.patterns[applied.number][1]


def parts_of(schema: Mapping[str, Json]) -> Sequence[tuple[Json, Segment]]:
    """What a schema says of the parts of a value, each with the step to it."""
    found: list[tuple[Json, Segment]] = []
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        found += [(child, Segment("name", str(key))) for key, child in properties.items()]
    if isinstance(schema.get("additionalProperties"), Mapping):
        found.append((schema["additionalProperties"], Segment("key")))
    items = schema.get("items")
    if isinstance(items, Mapping):
        found.append((items, Segment("each")))
    return found


def path_text(path: FieldPath) -> str:
    """A path as `parse_field_path` reads it; one that begins with `$` is no JSONPath."""
    text = written(path)
    return f"\\{text}" if text.startswith("$") else text


def told_types(types: Iterable[str]) -> str:
    """Types as a person reads them: "string or null"."""
    return " or ".join(types) or "any type"


def meets(path: FieldPath, schema: Json) -> bool:
    """Whether a path leads to a field of a schema, or into one of whose parts the schema tells nothing.

    Whether a rule for it would win there is another matter.
    """
    return bool(_met(path, schema)) or any(
        "object" in place.types or "array" in place.types or not place.types
        for end in range(1, len(path))
        if path[end - 1].kind != "deep"
        for place in _met(path[:end], schema)
    )


def _met(path: FieldPath, schema: Json) -> list[Place]:
    alone = Coverage([MaskRule((path,), redact(""), "")])
    return [place for place in alone.places(schema) if place.rule is not None]


def _after(state: State | None, segment: Segment) -> State | None:
    if state is None:
        return None
    if segment.kind == "each":
        return state.items
    return state.names.get(segment.name, state.other) if segment.kind == "name" else state.other
