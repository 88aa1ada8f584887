"""Where the variable parts of a path come from: the records of another stream, or the user."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from penstock_builder.importers.making.answers import Path, properties
from penstock_builder.importers.making.names import plain_name, singular, static_segments
from penstock_builder.importers.making.records import Records

_VARIABLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What of a stream another one may hang on: its path, its records and what keys them, perhaps nothing.

    `told` is what is said of the variable parts of its path.
    """

    path: str
    records: Records
    key: Path
    told: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """The variable part `place` (from 0) of a path is the `key` of the records of stream number `parent`."""

    place: int
    parent: int
    key: str
    confidence: float
    evidence: str


def variables(path: str) -> list[str]:
    """The names of the variable parts of a path, in order."""
    return _VARIABLE.findall(path)


def variables_after(path: str, paths: Iterable[str]) -> list[str]:
    """The variable parts that paths have directly after a path: what tells its records apart."""
    after = []
    for longer in paths:
        for found in _VARIABLE.finditer(longer):
            before = _before(longer, found)
            if before is not None and _pattern(before) == _pattern(path):
                after.append(found[1])
    return list(dict.fromkeys(after))


def _before(path: str, variable: re.Match[str]) -> str | None:
    """The path before a variable part that is a segment of its own, or a key in brackets; None for another one."""
    found = re.fullmatch(r"(.*?)(?:/|\('?)", path[: variable.start()])
    return found[1] if found else None


def find_links(streams: Sequence[Candidate]) -> list[Link | None]:
    """For each stream the parent whose records give the last variable part of its path that one can give."""
    return [_link(number, streams) for number in range(len(streams))]


def _link(number: int, streams: Sequence[Candidate]) -> Link | None:
    path = streams[number].path
    found = list(_VARIABLE.finditer(path))
    for place in range(len(found) - 1, -1, -1):
        before = _before(path, found[place])
        if before is None:
            continue
        for parent, candidate in enumerate(streams):
            if parent != number and _pattern(candidate.path) == _pattern(before):
                key, sure = _key(found[place][1], candidate, streams[number].told)
                if key:
                    told = f"`{found[place][1]}` of the path is `{key}` of the records of `{candidate.path}`"
                    return Link(place, parent, key, sure, told)
        by_name = _by_name(number, before, found[place][1], streams)
        if by_name is not None:
            parent, key = by_name
            told = f"`{found[place][1]}` of the path names the records of `{streams[parent].path}`"
            return Link(place, parent, key, 0.5, told)
    return None


def _by_name(number: int, before: str, name: str, streams: Sequence[Candidate]) -> tuple[int, str] | None:
    """The stream of another path without variable parts, whose records are called as the part before the variable."""
    segments = static_segments(before)
    for parent, candidate in enumerate(streams):
        own = static_segments(candidate.path)
        if parent == number or not own or not segments or variables(candidate.path):
            continue
        if singular(own[-1]) == singular(segments[-1]):
            key, _ = _key(name, candidate, streams[number].told)
            if key:
                return parent, key
    return None


def _key(name: str, parent: Candidate, told: Mapping[str, str]) -> tuple[str, float]:
    """The field of the parent's records that a variable names, and how sure that is; else their primary key."""
    fields = {plain_name(field): field for field in properties(parent.records.schema)}
    segments = static_segments(parent.path)
    own = plain_name(singular(segments[-1])) if segments else ""
    plain = plain_name(name)
    rest = plain.removeprefix(own)
    if plain != "id" and plain in fields:
        return fields[plain], 0.9
    if rest and rest in fields:
        return fields[rest], 0.9
    said = set(re.findall(r"[a-z_]+", told.get(name, "").lower()))
    spoken = [
        field for field in fields.values() if field.lower() in said and plain_name(field) not in ("id", own)
    ]
    if spoken:
        return spoken[0], 0.7
    return (parent.key[0], 0.8) if len(parent.key) == 1 else ("", 0.0)


def _pattern(path: str) -> str:
    path = re.sub(r"\.(json|php)$", "", path.strip("/"))
    return _VARIABLE.sub("{}", path).rstrip("/").lower()
