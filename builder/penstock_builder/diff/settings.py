"""Which settings of two components differ in meaning; how they are written does not count."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from penstock.authoring import Json, Node, Placed, Span, plain

_WITHOUT_MEANING = frozenset({"type", "$parameters", "definitions", "schemas", "metadata", "version"})

_MOST_ALIGNED = 200
"""Components of a list that are matched with each other; longer lists are compared place by place."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that differs: the components that hold it, the field and the keys that lead to it, and its two values.

    `old` and `new` are None where it is not given. With `whole` a component stands there, of another type, or on one
    side only; `old_type` and `new_type` are their types then.
    """

    part_old: Placed
    part_new: Placed
    path: tuple[str, ...]
    old: Node | None
    new: Node | None
    old_type: str = ""
    new_type: str = ""
    whole: bool = False

    @property
    def spans(self) -> tuple[Span | None, Span | None]:
        """Where the two values are written; where one is not given, the component that would hold it."""
        old = self.old.span if self.old else (None if self.whole else self.part_old.span)
        new = self.new.span if self.new else (None if self.whole else self.part_new.span)
        return old, new


class Meanings:
    """What components mean, as numbers: equal for equal settings. Each is found once, however often it is referred to."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[Node, int]] = {}
        self._numbers: dict[str, int] = {}

    def of(self, part: Placed) -> int:
        """The number of what a component and all in it mean; settings at their default are left out."""
        key = id(part.node.value), part.type_name
        if key not in self._known:
            text = json.dumps(self._json(part), sort_keys=True, default=str)
            self._known[key] = (part.node, self._numbers.setdefault(text, len(self._numbers)))
        return self._known[key][1]

    def _json(self, part: Placed) -> Json:
        made: dict[str, Json] = {"type": part.type_name}
        for name, child in part.node.value.items():
            if name in _WITHOUT_MEANING or child.value is None:
                continue
            spec = part.spec.field(name)
            if spec is None and not part.spec.takes_more:
                continue
            parts = part.parts_in(name)
            if parts:
                made[name] = self._of_parts(part, name)
                continue
            value = plain(child)
            if spec is None or value != spec.default:
                made[name] = value
        return made

    def _of_parts(self, part: Placed, name: str) -> Json:
        by_key = keyed(part, name)
        if by_key:
            return {"of": {key: self.of(one) for key, one in by_key.items()}}
        return {"of": [self.of(one) for one in part.parts_in(name)]}


def keyed(part: Placed, name: str) -> Mapping[str, Placed]:
    """The components of a field that is a mapping of names to components; empty for any other field."""
    parts = part.parts_in(name)
    held = part.get(name)
    if held is None or not isinstance(held.value, dict) or any(one.node is held for one in parts):
        return {}
    nodes = {id(one.node): one for one in parts}
    return {key: nodes[id(child)] for key, child in held.value.items() if id(child) in nodes}


def differences(
    old: Placed,
    new: Placed,
    meanings: Meanings,
    *,
    passes: Callable[[Placed, Placed, str], bool] = lambda old, new, field: False,
) -> Iterator[Difference]:
    """The settings that differ between two components of one type; fields that `passes` says are left out."""
    if meanings.of(old) == meanings.of(new):
        return
    for name in _fields(old, new):
        if passes(old, new, name):
            continue
        olds, news = old.parts_in(name), new.parts_in(name)
        if olds or news:
            yield from _of_parts(old, new, name, olds, news, meanings, passes)
        else:
            yield from _of_values(old, new, (name,), old.get(name), new.get(name))


def _fields(old: Placed, new: Placed) -> list[str]:
    names = dict.fromkeys(field.name for field in new.spec.fields)
    for part in (old, new):
        if part.spec.takes_more:
            names.update(dict.fromkeys(part.node.value))
    return [name for name in names if name not in _WITHOUT_MEANING]


def _of_parts(
    old: Placed,
    new: Placed,
    name: str,
    olds: Sequence[Placed],
    news: Sequence[Placed],
    meanings: Meanings,
    passes: Callable[[Placed, Placed, str], bool],
) -> Iterator[Difference]:
    by_key = keyed(old, name), keyed(new, name)
    pairs: Iterable[tuple[Placed | None, Placed | None]] = _paired(olds, news, meanings)
    if by_key[0] or by_key[1]:
        pairs = [(by_key[0].get(key), by_key[1].get(key)) for key in dict.fromkeys([*by_key[0], *by_key[1]])]
    for one, other in pairs:
        if one is not None and other is not None and one.type_name == other.type_name:
            yield from differences(one, other, meanings, passes=passes)
            continue
        yield Difference(
            old,
            new,
            (name,),
            one.node if one is not None else (old.get(name) if not olds else None),
            other.node if other is not None else (new.get(name) if not news else None),
            one.type_name if one is not None else "",
            other.type_name if other is not None else "",
            whole=True,
        )


def _paired(
    olds: Sequence[Placed], news: Sequence[Placed], meanings: Meanings
) -> Iterator[tuple[Placed | None, Placed | None]]:
    """Components of two lists in pairs: equal ones with each other, those between them by their type and order."""
    left, right = [meanings.of(part) for part in olds], [meanings.of(part) for part in news]
    if left == right:
        return
    if max(len(left), len(right)) > _MOST_ALIGNED:
        spans = [("replace", 0, len(left), 0, len(right))]
    else:
        spans = list(SequenceMatcher(None, left, right, autojunk=False).get_opcodes())
    for tag, a, b, c, d in spans:
        if tag == "equal":
            continue
        waiting = list(news[c:d])
        for one in olds[a:b]:
            same = next((other for other in waiting if other.type_name == one.type_name), None)
            if same is None and len(olds) == len(news) == 1 and waiting:
                same = waiting[0]
            if same is not None:
                waiting.remove(same)
            yield one, same
        for other in waiting:
            yield None, other


def _of_values(
    old: Placed, new: Placed, path: tuple[str, ...], one: Node | None, other: Node | None
) -> Iterator[Difference]:
    spec = new.spec.field(path[0])
    default = spec.default if spec is not None and len(path) == 1 else None
    left = plain(one) if one is not None else default
    right = plain(other) if other is not None else default
    if _same(left, right):
        return
    entries_old = one.value if one is not None and isinstance(one.value, dict) else None
    entries_new = other.value if other is not None and isinstance(other.value, dict) else None
    if (entries_old is not None or not left) and (entries_new is not None or not right):
        for key in dict.fromkeys([*(entries_old or ()), *(entries_new or ())]):
            yield from _of_values(
                old, new, (*path, str(key)), (entries_old or {}).get(key), (entries_new or {}).get(key)
            )
        return
    yield Difference(old, new, path, one, other)


def _same(left: Json, right: Json) -> bool:
    """Equal as JSON: true is not 1."""
    return bool(left == right) and json.dumps(left, sort_keys=True, default=str) == json.dumps(
        right, sort_keys=True, default=str
    )
