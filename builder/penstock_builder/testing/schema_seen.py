"""What the records of a test read show of a stream's schema, which is declared as of before masks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from penstock.authoring import Json, Sample, Sampling
from penstock_builder.detect.schema import SchemaChange, accept, schema, schema_changes, types_of
from penstock_builder.testing.before_after import GONE, as_before, shape, told_after

_STEP = re.compile(r"((?:[^\\.\[]|\\.)*)((?:\[\])*)\.?", re.DOTALL)
_KINDS: Mapping[str, type] = {"string": str, "boolean": bool, "object": dict, "array": list}


@dataclass(frozen=True, slots=True)
class SeenSchema:
    """The schema that records show, and how many records. It tells types alone, so it holds nothing of masked values."""

    detected: Json
    records: int
    pairs: Sequence[tuple[Json, Json]]

    def changes(self, declared: Json) -> list[SchemaChange]:
        """What it says that a declared schema does not, and the other way round."""
        return schema_changes(declared or {"type": "object", "properties": {}}, self.detected)

    def example(self, change: SchemaChange) -> str:
        """The first value that is not of the declared type, as it leaves, and its shape; empty where there is none."""
        if change.kind != "type":
            return ""
        kinds = types_of(change.declared)
        for before, after in self.pairs:
            for value, left in _at(before, after, _steps(change.path)):
                if not _is_one(value, kinds):
                    return f"{shape(value)}, leaves as {_short(told_after(left))}"
        return ""


def seen_schema(sampling: Sampling, sample: Sample) -> SeenSchema:
    """The schema of all records of a sample, those that no mask lets leave left out."""
    found = [
        (before, after)
        for slice_ in sample.slices
        for page in slice_.pages
        for before, after in sampling.page_pairs(slice_.number, page.number)
        if after is not None
    ]
    return SeenSchema(schema([as_before(*pair) for pair in found]), len(found), found)


def all_accepted(declared: Json, changes: Sequence[SchemaChange]) -> Json:
    """The declared schema with every change taken over."""
    for change in changes:
        declared = accept(declared, change)
    return declared


def _steps(path: str) -> list[str | None]:
    """Keys of a change's path, None for each item of a list."""
    steps: list[str | None] = []
    for found in _STEP.finditer(path):
        if found[1]:
            steps.append(re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL))
        steps += [None] * (len(found[2]) // 2)
    return steps


def _at(before: Json, after: Json, steps: Sequence[str | None]) -> Iterator[tuple[Json, Json]]:
    if not steps:
        yield before, after
    elif steps[0] is None:
        for number, value in enumerate(before if isinstance(before, list) else ()):
            same = isinstance(after, list) and len(after) == len(before)
            yield from _at(value, after[number] if same else GONE, steps[1:])
    elif isinstance(before, dict) and steps[0] in before:
        left = after.get(steps[0], GONE) if isinstance(after, dict) else GONE
        yield from _at(before[steps[0]], left, steps[1:])


def _is_one(value: Json, kinds: frozenset[str]) -> bool:
    if value is None:
        return True
    if isinstance(value, bool):
        return "boolean" in kinds
    if isinstance(value, int | float):
        return "number" in kinds or ("integer" in kinds and isinstance(value, int))
    return any(isinstance(value, kind) for name, kind in _KINDS.items() if name in kinds)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
