"""What a masking policy makes of the first records of each stream, field by field. Nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from penstock.errors import PenstockError, StreamError, as_told
from penstock.lean import dataclass
from penstock.masking.batch import RawBatch, Record
from penstock.masking.coverage import Coverage, Value
from penstock.masking.keys import find_key
from penstock.masking.policy import Masking, Policy
from penstock.masking.redactor import Redactor
from penstock.plan.manifest import Manifest
from penstock.plan.policy import LoadedPolicy
from penstock.sync.declared import Declared, declared_source

Json = Any

GONE = object()
"""In place of a value that is not there after masking, or of an example that there is none of."""


@dataclass(frozen=True, slots=True)
class FieldPreview:
    """A field: what masks it, the types of its values before and after, and one of them.

    `technique` is what the policy does to what nothing covers, where that is so. `before` is clear text: whoever shows
    it must have been asked to. `after` is too where `is_masked` is not.
    """

    path: str
    class_name: str
    technique: str
    types_before: tuple[str, ...]
    types_after: tuple[str, ...]
    before: Json
    after: Json
    is_masked: bool


@dataclass(frozen=True, slots=True)
class StreamPreview:
    """A stream: records read, records that would leave, and of those that would not where and why, and how many.

    `error` is why the stream could not be read.
    """

    name: str
    read: int = 0
    left: int = 0
    fields: tuple[FieldPreview, ...] = ()
    withheld: tuple[tuple[str, str, int], ...] = ()
    error: PenstockError | None = None


def preview_masking(
    manifest: Manifest,
    policy: LoadedPolicy,
    config: Mapping[str, Json],
    *,
    streams: Sequence[str] = (),
    records: int = 20,
    redactor: Redactor | None = None,
    config_changed: Callable[[Mapping[str, Json]], None] = lambda config: None,
) -> Iterator[StreamPreview]:
    """Read at most so many records of each stream (all by default), and mask them as a run would.

    Raises ConfigError where a key is missing, or policy or config do not fit.
    """
    redactor = redactor or Redactor()
    opened = declared_source(manifest, config, redactor=redactor, config_changed=config_changed, key=find_key)
    with opened as source:
        masking, known = source.masking(policy)
        for stream in source.chosen(streams):
            try:
                yield _preview(stream, masking, known, stream.sample(records))
            except Exception as error:  # noqa: BLE001 - whatever fails belongs to this stream, and could hold data
                yield StreamPreview(stream.name, error=as_told(error, redactor))


def _preview(stream: Declared, masking: Masking, policy: Policy, records: Sequence[Record]) -> StreamPreview:
    coverage = Coverage(stream.rules(policy))
    fields: dict[str, _Field] = {}
    left = 0
    for record in records:
        masked = _masked(stream, masking, record)
        left += masked is not None
        for value in coverage.values(record):
            fields.setdefault(value.told, _Field(value)).add(value, masked)
    policy_does = policy.unclassified_in(stream.name)
    told = policy.report.stream(stream.name).as_json()["withheld"]
    return StreamPreview(
        stream.name,
        len(records),
        left,
        tuple(field.preview(path, policy_does) for path, field in fields.items()),
        tuple((one["path"], one["why"], one["records"]) for one in told),
    )


def _masked(stream: Declared, masking: Masking, record: Record) -> Record | None:
    """The record as it would leave; None where it would not. One by one, as a run may end at the first of these."""
    masks = masking.for_stream(stream.name, stream.own, stream.schema)
    try:
        made = masks(RawBatch(stream.name, [record])).records
    except StreamError:
        return None
    return made[0] if made else None


class _Field:
    """A field while values of it are seen."""

    def __init__(self, first: Value) -> None:
        self._rule = first.rule
        self._types: tuple[dict[str, None], dict[str, None]] = ({}, {})
        self._example: tuple[Json, Json] = (GONE, GONE)

    def add(self, value: Value, masked: Record | None) -> None:
        if value.value is None:
            return
        self._types[0][type_of(value.value)] = None
        if masked is None:
            return
        after = value_at(masked, value.at)
        self._types[1][type_of(after)] = None
        if self._example[0] is GONE:
            self._example = (value.value, after)

    def preview(self, path: str, unclassified: str) -> FieldPreview:
        rule, (before, after) = self._rule, self._example
        return FieldPreview(
            path,
            rule.class_name if rule else "",
            rule.technique.name if rule else f"unclassified: {unclassified}",
            tuple(self._types[0]),
            tuple(self._types[1]),
            before,
            after,
            is_masked=type_of(before) != type_of(after) or before != after,
        )


def type_of(value: Json) -> str:
    """The type of a JSON value, as a schema says it."""
    if value is GONE:
        return "gone"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = ((int, "integer"), (float, "number"), (str, "string"), (dict, "object"))
    return next((name for kind, name in names if isinstance(value, kind)), "array")


def value_at(record: Json, keys: Sequence[str | int]) -> Json:
    """The value to which keys and indexes lead; GONE where there is none."""
    for key in keys:
        try:
            record = record[key]
        except (KeyError, IndexError, TypeError):
            return GONE
    return record
