"""What masks made of records: field by field before and after, and records whose types are as they were before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from penstock.authoring import Json, counted, describe, is_plain_key

GONE = object()
"""In place of a value that a mask dropped."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A value that a mask changed. `before` is clear: whoever shows it must have been asked to."""

    path: str
    before: Json
    after: Json


def masked_values(before: Mapping[str, Json], after: Mapping[str, Json] | None) -> Iterator[Masked]:
    """The values of a record that its masks changed, in order; the record itself where it may not leave."""
    if after is None:
        yield Masked("", before, GONE)
        return
    yield from _changed(before, after, "")


def _changed(before: Json, after: Json, path: str) -> Iterator[Masked]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, value in before.items():
            name = (
                key if key in after or is_plain_key(key) else "<key>"
            )  # a key that does not leave may be data
            yield from _changed(value, after.get(key, GONE), f"{path}.{name}" if path else name)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _changed(old, new, f"{path}[{number}]")
    elif after is GONE or type(before) is not type(after) or before != after:
        yield Masked(path, before, after)


def shape(value: Json) -> str:
    """What kind of value it is and how long, without it: "text of 17 characters"."""
    if isinstance(value, str) and value:
        return f"text of {counted(len(value), 'character')}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"number of {counted(sum(map(str.isdigit, str(value))), 'digit')}"
    if isinstance(value, Mapping):
        return f"object of {counted(len(value), 'key')}"
    return describe(value).removeprefix("a ")


def told_after(value: Json) -> str:
    """What became of a value: itself, as text; a word where nothing is left."""
    if value is GONE:
        return "dropped"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def as_before(before: Json, after: Json) -> Json:
    """A record that has the types it had before masks: for what tells types alone, never to be shown.

    Of an object or a list that was masked as a whole only that it is one is left: its keys may be data.
    """
    if isinstance(before, Mapping):
        if not isinstance(after, Mapping):
            return {}
        return {key: as_before(value, after.get(key, GONE)) for key, value in before.items()} | {
            key: value for key, value in after.items() if key not in before
        }
    if isinstance(before, list):
        if not isinstance(after, list) or len(before) != len(after):
            return []
        return [as_before(old, new) for old, new in zip(before, after, strict=True)]
    return before
