"""Which field of records an incremental sync can follow, and which request parameter takes its start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from penstock.authoring import Json, parser
from penstock_builder.detect.dates import common_formats, fits
from penstock_builder.detect.guess import Guess
from penstock_builder.detect.words import bounded, counted, run_together, told, words

Order = Literal["rising", "falling", "constant", "mixed"]

_CHANGED = frozenset(words("updated update modified modify changed change edited touched lastmod"))
_MADE = frozenset(
    words("created create inserted added submitted registered published posted occurred received")
)
_MOMENT = frozenset(words("timestamp ts time date datetime at on since"))
_OTHER = frozenset(words("birth birthday birthdate born due expires expiry expiration start end starts ends until closed "
                   "deleted archived scheduled next login seen trial renewal"))  # fmt: skip
_COUNTERS = frozenset(words("sequence seq version revision offset usn rowversion"))
_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class CursorGuess:
    """A field to follow. `datetime_formats` are the most frequent first, none for a "number".

    `order` tells how the values run through the records; cursors of the language want a field of the top level.
    """

    field: tuple[str, ...]
    kind: Literal["datetime", "number"]
    datetime_formats: tuple[str, ...]
    order: Order


@dataclass(frozen=True, slots=True)
class StartParameters:
    """Names of request parameters that bound a read by time: its start, and its end where there is one."""

    start: str
    end: str | None


def cursor(records: Sequence[Json]) -> list[Guess[CursorGuess]]:
    """Fields to sync by, best first: when a record was changed before when it was made, then numbers that only grow."""
    rows = [record for record in records if isinstance(record, dict)]
    guesses = [guess for path, values in _columns(rows) if (guess := _guess(path, values, len(rows)))]
    return sorted(guesses, key=lambda guess: (-guess.confidence, len(guess.value.field)))


def _columns(rows: Sequence[Mapping[str, Json]]) -> Iterator[tuple[tuple[str, ...], list[Json]]]:
    """Fields of the first records that may be moments or numbers, with all their values, null where there is none."""
    names = dict.fromkeys(name for row in rows[:_LOOKED_AT] for name in row)
    for name in names:
        values = [row.get(name) for row in rows]
        inner = dict.fromkeys(
            key for value in values[:_LOOKED_AT] if isinstance(value, dict) for key in value
        )
        for key in inner:
            yield (name, key), [value.get(key) if isinstance(value, dict) else None for value in values]
        if not inner:
            yield (name,), values


def _guess(path: tuple[str, ...], values: list[Json], count: int) -> Guess[CursorGuess] | None:
    present = [value for value in values if value is not None]
    sample = present[:_LOOKED_AT]
    if not sample or len(present) * 2 < count:
        return None
    formats = common_formats(sample)
    if (
        formats
        and _date_like(path, formats)
        and all(any(fits(value, each) for each in formats) for value in present)
    ):
        order = _order([_moment(value, formats) for value in present])
        found = CursorGuess(path, "datetime", formats, order)
        likeness = _likeness(words(path[-1]))
    elif all(type(value) is int for value in present):
        found = CursorGuess(path, "number", (), _order(present))
        likeness = _number_likeness(path, found.order, len(present))
    else:
        return None
    confidence = likeness * (0.6 if len(present) < count else 1) * (0.4 if len(path) > 1 else 1)
    confidence *= 0.5 if found.order == "constant" and count > 2 else 1
    return Guess(found, bounded(confidence), _evidence(found, len(present), count)) if likeness else None


def _date_like(path: tuple[str, ...], formats: tuple[str, ...]) -> bool:
    """A number is a moment only where its name says so: ids have as many digits."""
    epoch = any(format_.startswith(("%s", "%ms", "%epoch")) for format_ in formats)
    return not epoch or bool({*_CHANGED, *_MADE, *_MOMENT, *_OTHER}.intersection(words(path[-1])))


def _likeness(parts: Iterable[str]) -> float:
    named = set(parts)
    if named & _CHANGED:
        return 0.92
    if named & _OTHER:
        return 0.2
    if named & _MADE:
        return 0.7
    return 0.55 if named & _MOMENT else 0.35


def _number_likeness(path: tuple[str, ...], order: Order, count: int) -> float:
    if count < 2 or order in {"mixed", "constant"}:
        return 0
    parts = words(path[-1])
    if parts and parts[-1] in _COUNTERS:
        return 0.5
    return 0.4 if run_together(path[-1]) == "id" else 0.15


def _moment(value: Json, formats: tuple[str, ...]) -> Json:
    return next(parser(format_)(value) for format_ in formats if fits(value, format_))


def _order(values: Sequence[Json]) -> Order:
    rises: Callable[[Json, Json], bool] = lambda left, right: left <= right  # noqa: E731 - both are one line
    if all(left == values[0] for left in values):
        return "constant"
    if all(rises(left, right) for left, right in pairwise(values)):
        return "rising"
    return "falling" if all(rises(right, left) for left, right in pairwise(values)) else "mixed"


def _evidence(found: CursorGuess, present: int, count: int) -> str:
    what = "datetimes" if found.kind == "datetime" else "whole numbers"
    written = (
        f" written as {', '.join(f'`{each}`' for each in found.datetime_formats)}"
        if found.datetime_formats
        else ""
    )
    run = {
        "rising": "they rise from record to record",
        "falling": "they fall from record to record",
        "constant": "they are all the same",
        "mixed": "they are in no order",
    }[found.order]
    there = f"{present:,} of {counted(count, 'record')}"
    below = (
        "; a cursor field must stand at the top level, so add a field for it" if len(found.field) > 1 else ""
    )
    return f"{told(found.field)} holds {what}{written} in {there}; {run}{below}"


_STARTS: Mapping[str, float] = {
    "since": 0.8, "updatedsince": 0.97, "modifiedsince": 0.97, "changedsince": 0.95, "updatedafter": 0.97,
    "modifiedafter": 0.95, "updatedfrom": 0.9, "updatedatmin": 0.97, "updatedgte": 0.95, "updatedatgte": 0.95,
    "updatedatgt": 0.95, "updatedgt": 0.95, "lastmodified": 0.7, "ifmodifiedsince": 0.85, "startdate": 0.75,
    "starttime": 0.75, "startdatetime": 0.75, "startat": 0.4, "datefrom": 0.75, "fromdate": 0.75, "from": 0.45,
    "createdafter": 0.65, "createdsince": 0.65, "createdatmin": 0.65, "createdgte": 0.65, "createdatgte": 0.65,
    "createdfrom": 0.6, "oldest": 0.6, "mintimestamp": 0.7, "mindate": 0.7, "begintime": 0.7, "begindate": 0.7,
}  # fmt: skip
_ENDS: Mapping[str, str] = {"since": "until", "after": "before", "from": "to", "min": "max", "gte": "lte", "gt": "lt", "start": "end",
         "oldest": "latest", "begin": "end"}  # fmt: skip


def start_parameters(names: Iterable[str]) -> list[Guess[StartParameters]]:
    """Which of the parameters that a request may take set the start of a read, and which its end; best first."""
    by_words = {run_together(name): name for name in names}
    guesses = []
    for name, confidence in _STARTS.items():
        if name in by_words:
            end = next((by_words[each] for each in _ends_for(name) if each in by_words), None)
            evidence = f"a parameter is called {told((by_words[name],), 'parameter')}"
            evidence += f", and one that ends a window {told((end,), 'parameter')}" if end else ""
            guesses.append(Guess(StartParameters(by_words[name], end), bounded(confidence), evidence))
    return sorted(guesses, key=lambda guess: (-guess.confidence, guess.value.start))


def _ends_for(name: str) -> Iterator[str]:
    for start, end in _ENDS.items():
        if start in name:
            yield name.replace(start, end)
