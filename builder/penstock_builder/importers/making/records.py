"""Where the records of an answer are, what keys them, and what tells when they changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from penstock_builder.detect.guess import Guess
from penstock_builder.detect.keys import primary_key as detected_key
from penstock_builder.importers.making.answers import Answers, Path, properties, types
from penstock_builder.importers.making.imported import Operation
from penstock_builder.importers.making.names import (
    ENVELOPES,
    FEW_RECORDS,
    NO_RECORDS,
    plain_name,
    singular,
    static_segments,
    without_verbs,
    words,
)

Json = Any

MOST_LEVELS = 4
_KEYS = ("id", "uuid", "guid", "key", "oid", "gid", "uid", "number", "code", "slug", "sku", "name")


@dataclass(frozen=True, slots=True)
class Records:
    """`path` leads to the records of an answer, `*` through all items of a list; `schema` is that of one record."""

    path: Path
    schema: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class _List:
    path: Path
    schema: Mapping[str, Json]
    score: float


def find_records(operation: Operation, answers: Answers) -> Guess[Records] | str:
    """The best list of objects of an answer, or why there is none."""
    schema = answers.schema
    if "array" in types(schema):
        items = schema.get("items") or {}
        if types(items) and "object" not in types(items):
            return "its answer is a list of values, not of objects"
        return Guess(Records((), items), 0.95, "the answer is a list")
    lists = sorted(_lists(answers, operation), key=lambda found: (-found.score, len(found.path), found.path))
    if not lists:
        return "its answer holds no list of objects"
    best = lists[0]
    if _is_single(operation, schema, best):
        return "its answer is a single object"
    rivals = sum(found.score > best.score - 0.2 for found in lists) - 1
    sure = max(0.3, min(0.95, best.score) - 0.15 * rivals)
    told = f"`{'.'.join(best.path)}` is a list of objects"
    return Guess(
        Records(best.path, best.schema), sure, told + (f"; there are {rivals} more like it" if rivals else "")
    )


def _lists(answers: Answers, operation: Operation) -> Iterator[_List]:
    segments = static_segments(operation.path)
    last = segments[-1] if segments else ""
    wanted = {last, singular(last), *(last.split("_")[-1:])} - {""}
    level: list[tuple[Path, Mapping[str, Json]]] = [((), answers.schema)]
    for depth in range(MOST_LEVELS):
        deeper = []
        for path, schema in level:
            for name, child in properties(schema).items():
                if plain_name(name) in NO_RECORDS:
                    continue
                here = (*path, name)
                if "array" in types(child):
                    yield from _as_list(here, child.get("items") or {}, _score(name, depth, wanted))
                elif properties(child):
                    deeper.append((here, child))
        level = deeper


def _as_list(path: Path, items: Mapping[str, Json], score: float) -> Iterator[_List]:
    """A list of objects; of the edges of a graph, the nodes."""
    if types(items) and "object" not in types(items):
        return
    node = properties(items).get("node")
    if plain_name(path[-1]) == "edges" and node is not None:
        yield _List((*path, "*", "node"), node, score)
    else:
        yield _List(path, items, score if properties(items) else score - 0.15)


def _score(name: str, depth: int, wanted: set[str]) -> float:
    plain = plain_name(name)
    here = 0.5
    if plain in ENVELOPES:
        here = 0.95 if plain in ENVELOPES[:12] else 0.85
    if "_".join(words(name)) in wanted or plain in {plain_name(word) for word in wanted}:
        here = 0.95
    elif plain in FEW_RECORDS:
        here = 0.3
    return here - 0.03 * depth


def _is_single(operation: Operation, schema: Mapping[str, Json], best: _List) -> bool:
    """Whether the answer is one object that happens to hold a list, and not a list with an envelope."""
    pages = any(parameter.where == "query" and not parameter.required for parameter in operation.parameters)
    if "{" in operation.path.rstrip("/").rpartition("/")[2]:
        return not (pages and best.score >= 0.9)
    holder = schema
    for key in best.path[: -3 if "*" in best.path else -1]:
        holder = properties(holder)[key]
    own = {plain_name(name) for name in properties(holder)}
    return bool(own & {"id", "uuid"}) and best.score < 0.9


def find_key(
    operation: Operation, records: Records, recorded: list[Mapping[str, Json]], named: Sequence[str]
) -> Guess[Path] | None:
    """The fields of the top level that key the records: by what was recorded, else by name.

    `named` are the variable parts of paths that lead to one of the records.
    """
    for found in detected_key(recorded) if len(recorded) > 1 else []:
        if all(len(path) == 1 for path in found.value) and found.confidence >= 0.4:
            return Guess(tuple(path[0] for path in found.value), found.confidence, found.evidence)
    fields = properties(records.schema)
    for name in named:
        if name in fields and name.lower() != "id":
            return Guess((name,), 0.85, f"a path to one of the records has `{name}` in it")
    segments = static_segments(operation.path)
    own = singular(without_verbs(segments[-1])) if segments else ""
    by_name = {
        plain_name(name): name for name, child in fields.items() if not types(child) & {"array", "object"}
    }
    for name, sure in [(name, 0.9) for name in _KEYS[:2]] + [
        (plain_name(f"{own}{ending}"), 0.8)
        for ending in ("id", "uuid", "key", "number", "code", "guid", "no")
    ]:
        if name in by_name:
            return Guess((by_name[name],), sure, f"records have a field `{by_name[name]}`")
    for name in _KEYS[2:]:
        if name in by_name:
            return Guess((by_name[name],), 0.6, f"records have a field `{by_name[name]}`")
    only = [name for name in by_name.values() if re.search(r"(?:_id|Id|ID)$", name)]
    if len(only) == 1:
        return Guess((only[0],), 0.5, f"`{only[0]}` is the only id of the records")
    return None
