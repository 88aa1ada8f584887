"""Which fields of records tell them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from penstock.authoring import Json
from penstock_builder.detect.dates import formats_of
from penstock_builder.detect.guess import Guess
from penstock_builder.detect.words import bounded, counted, told, told_names, words

Field = tuple[str, ...]
Key = tuple[Field, ...]

_NAMES: Mapping[str, float] = {
    "id": 0.95, "uuid": 0.95, "guid": 0.95, "uid": 0.9, "gid": 0.85, "key": 0.75, "slug": 0.55, "sku": 0.6, "code": 0.6,
    "number": 0.55, "handle": 0.5, "email": 0.45, "login": 0.45, "iban": 0.4, "name": 0.3,
}  # fmt: skip
"""How sure a field is that is called so, or whose name ends so (then a little less)."""
_MOST_PARTS = 3
_MOST_CANDIDATES = 8


def primary_key(records: Sequence[Json]) -> list[Guess[Key]]:
    """Keys as a stream's `primary_key` takes them, best first: each a field path, or several of a composite key.

    Only fields that are unique, never missing and never null. Composite keys stand only where no single field is
    called like a key, and are as small as can be.
    """
    rows = [record for record in records if isinstance(record, dict)]
    columns = dict(_columns(rows))
    guesses = [_single(path, len(rows)) for path, values in columns.items() if len(set(values)) == len(rows)]
    if all(guess.confidence < 0.4 for guess in guesses) and len(rows) > 1:
        guesses += _composite(columns, len(rows))
    return sorted(guesses, key=lambda guess: (-guess.confidence, len(guess.value)))


def _columns(rows: Sequence[Mapping[str, Json]]) -> Iterator[tuple[Field, list[Json]]]:
    """Fields with their values that are text or whole numbers in every record; also those one level down."""
    if not rows:
        return
    for name, first in rows[0].items():
        values: list[Json] = [row.get(name) for row in rows]
        if _may_be_key(values):
            yield (name,), values
        elif isinstance(first, dict) and all(type(value) is dict for value in values):
            for inner in first:
                below = [value.get(inner) for value in values]
                if words(inner) and words(inner)[-1] in _NAMES and _may_be_key(below):
                    yield (name, inner), below


def _may_be_key(values: list[Json]) -> bool:
    kinds = set(map(type, values))
    return kinds <= {str, int} and "" not in values


def _likeness(path: Field) -> float:
    parts = words(path[-1])
    if not parts:
        return 0.1
    score = _NAMES.get(parts[-1], 0.1)
    if len(parts) > 1:
        score *= 0.85
    return score if len(path) == 1 else score * 0.6


def _single(path: Field, count: int) -> Guess[Key]:
    confidence = _likeness(path) * (1 if count >= 10 else 0.9 if count > 1 else 0.7)
    evidence = f"{told(path)} is there in all of {counted(count, 'record')}, never null, and differs in each"
    if count == 1:
        evidence = f"{told(path)} is there in the only record"
    return Guess((path,), bounded(confidence), evidence)


def _composite(columns: Mapping[Field, list[Json]], count: int) -> list[Guess[Key]]:
    """The smallest sets of fields that differ together."""
    useful = [
        path
        for path, values in columns.items()
        if 1 < len(set(values)) < count
        and (_likeness(path) > 0.1 or len(set(values)) * 20 > count or _is_day(values[0]))
    ]
    useful = sorted(useful, key=lambda path: -_likeness(path))[:_MOST_CANDIDATES]
    for size in range(2, _MOST_PARTS + 1):
        found = [
            _together(paths, count)
            for paths in combinations(useful, size)
            if len(set(zip(*(columns[path] for path in paths), strict=True))) == count
        ]
        if found:
            return found
    return []


def _is_day(value: Json) -> bool:
    return formats_of(value) == ("%Y-%m-%d",)


def _together(paths: Key, count: int) -> Guess[Key]:
    alike = sum(map(_likeness, paths)) / len(paths)
    confidence = (0.25 + 0.4 * alike) * (1 if count >= 10 else 0.7) * (1 if len(paths) == 2 else 0.8)
    names = told_names(".".join(path) for path in paths)
    return Guess(
        paths,
        bounded(confidence),
        f"{names} differ together in each of {counted(count, 'record')}, none alone",
    )
