"""Where the records of an answer stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from penstock.authoring import Json
from penstock_builder.detect.guess import Guess
from penstock_builder.detect.words import (
    bounded,
    counted,
    keyed_by_data,
    run_together,
    told,
    told_shape,
    words,
)

Path = tuple[str, ...]

_RECORDS = frozenset(
    words(
        "data items item results result value values records entries entry rows list objects elements content contents "
        "hits nodes edges docs documents resources collection embedded"
    )
)
_NOT_RECORDS = frozenset(
    words(
        "error errors warning warnings meta metadata facet facets aggregation aggregations included include link links "
        "paging pagination pageinfo cursors columns column header schema filter filters sort params extensions trace"
    )
)
_WRAPPERS = frozenset({"node", "source", "resource", "item", "record"})
_WILD = frozenset("*?[{")
_DEEPEST = 8
_LOOKED_AT = 50
"""Elements of a list whose insides are looked at; lengths count all."""


@dataclass(frozen=True, slots=True)
class _Found:
    """`length` counts what stands at `path`; of that, `records` are those that were looked at.

    "wrapped" are the objects that each element of a list holds, "map" those of an object keyed by data.
    """

    path: Path
    kind: Literal["list", "object", "wrapped", "map"]
    records: Sequence[Mapping[str, Json]]
    length: int
    nested: bool


def record_paths(body: Json) -> list[Guess[Path]]:
    """Paths as `field_path` of a DpathExtractor takes them, best first; `()` is the answer itself, `*` each of a level.

    An answer without any list of objects may be one record: `()` with little confidence. A scalar has none.
    """
    guesses = [_guess(found) for found in _walk(body, (), nested=False)]
    best = max((guess.confidence for guess in guesses), default=0.0)
    if isinstance(body, list) and not guesses:
        guesses.append(Guess((), 0.1, f"the answer is {told_shape(body)}, but not of objects"))
    if isinstance(body, dict) and body:
        evidence = f"the answer is {told_shape(body)}, which may be one record"
        guesses.append(Guess((), 0.3 if best < 0.2 else 0.1, evidence))
    return sorted(guesses, key=lambda guess: (-guess.confidence, len(guess.value)))


def _walk(value: Json, path: Path, *, nested: bool) -> Iterator[_Found]:
    if len(path) > _DEEPEST:
        return
    if isinstance(value, list):
        yield from _in_list(value, path, nested=nested)
    elif isinstance(value, dict) and keyed_by_data(value):
        children = list(value.values())
        yield _Found((*path, "*"), "map", children[:_LOOKED_AT], len(children), nested)
    elif isinstance(value, dict):
        for key, child in value.items():
            if isinstance(child, dict | list) and not _WILD.intersection(key):
                yield from _walk(child, (*path, key), nested=nested)
        if path and value and run_together(path[-1]) in _RECORDS:
            yield _Found(path, "object", [value], 1, nested)


def _in_list(value: list[Json], path: Path, *, nested: bool) -> Iterator[_Found]:
    objects = [child for child in value[:_LOOKED_AT] if isinstance(child, dict)]
    if value and len(objects) * 2 <= min(len(value), _LOOKED_AT):
        return
    yield _Found((*path, "*") if nested else path, "list", objects, len(value), nested)
    inside: dict[str, list[Json]] = {}
    for record in objects:
        for key, child in record.items():
            if isinstance(child, dict | list) and child and not _WILD.intersection(key):
                inside.setdefault(key, []).append(child)
    for key, children in inside.items():
        here = (*path, "*", key)
        lists = [child for child in children if isinstance(child, list)]
        if lists:
            together = [each for child in lists for each in child[:_LOOKED_AT]]
            yield from _walk(together, here, nested=True)
        elif len(children) == len(objects) and run_together(key) in _WRAPPERS:
            yield _Found(here, "wrapped", children, len(value), nested)


def _guess(found: _Found) -> Guess[Path]:
    keys = [key for key in found.path if key != "*"]
    name = run_together(keys[-1]) if keys else ""
    known = not keys or name in _RECORDS or any(run_together(key) == "embedded" for key in keys)
    common, every = _keys_of(found.records)
    confidence = 0.45 + 0.2 * (len(common) / len(every) if every else 0)
    confidence += 0.15 * known
    confidence += 0.15 if found.length >= 10 else 0.1 if found.length >= 2 else 0
    confidence -= 0.04 * max(len(keys) - 1, 0)
    confidence -= 0.5 * any(run_together(key) in _NOT_RECORDS for key in keys)
    confidence -= 0.35 * found.nested
    confidence += 0.3 * (name == "node") + 0.1 * (found.kind == "wrapped")
    confidence -= 0.1 * (len(every) == 1 and found.kind == "list")
    if not found.length:
        confidence -= 0.1
    if found.kind == "object":
        confidence = 0.25 - 0.02 * len(keys)
    return Guess(found.path, bounded(confidence), _evidence(found, len(common), len(every)))


def _evidence(found: _Found, common: int, every: int) -> str:
    alike = f" that share {common} of {counted(every, 'key')}" if every else ""
    if found.kind == "object":
        return f"{told(found.path, 'list')} is {told_shape(found.records[0])}, which may be one record"
    if found.kind == "map":
        return f"{told(found.path[:-1], 'list')} is an object of {counted(found.length, 'object')}{alike}, keyed by data"
    if found.kind == "wrapped":
        return f"each of the {counted(found.length, 'object')} of {told(found.path[:-2], 'list')} holds one under {told(found.path[-1:])}{alike}"
    if not found.length:
        return f"{told(found.path, 'list')} is an empty list"
    where = "are lists inside a list, together" if found.nested else "is a list"
    plain = f"{told(found.path, 'list')} {where} of {counted(found.length, 'object')}{alike}"
    return f"{plain}, but its name is not one of records" if _is_about_others(found.path) else plain


def _is_about_others(path: Path) -> bool:
    return any(run_together(key) in _NOT_RECORDS for key in path)


def _keys_of(records: Sequence[Mapping[str, Json]]) -> tuple[set[str], set[str]]:
    """The keys that every record has, and those that any has."""
    if not records:
        return set(), set()
    return set(records[0]).intersection(*records[1:]), set(records[0]).union(*records[1:])
