"""Every field of every stream as its author decides on it: what it holds, what masks it, and what leaves of it.

Schemas and records that were read already tell it; nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from penstock.errors import ConfigError, PenstockError
from penstock.lean import dataclass
from penstock.masking.automaton import MaskRule
from penstock.masking.batch import RawBatch, Record
from penstock.masking.classify import classify
from penstock.masking.coverage import Coverage, Value
from penstock.masking.detectors import detector_names, finder
from penstock.masking.keys import Key, find_key
from penstock.masking.observed import Observed, observed_fields
from penstock.masking.policy import FROM_MANIFEST, FROM_SCHEMA, NO_POLICY, Masking, Policy
from penstock.masking.privacy_classes import PUBLIC, UNCLASSIFIED
from penstock.masking.redactor import Redactor
from penstock.masking.shape import describe
from penstock.masking.techniques import types_of
from penstock.plan.manifest import Manifest
from penstock.plan.policy import LoadedPolicy
from penstock.sync.declared import Declared, declared_source, unknown_key
from penstock.sync.mask_preview import GONE, type_of, value_at

Json = Any
By = Literal["manifest", "policy", "schema", ""]

_A_WORD: Mapping[str, str] = {
    "email": "an e-mail address",
    "iban": "an IBAN",
    "ip": "an IP address",
    "mac": "a MAC address",
    "url_credentials": "a URL with a password",
    "card": "a card number",
    "phone": "a telephone number",
    "national_id": "a national id",
}

MOST_RECORDS = 50
"""Records of a stream that are looked at."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of a stream.

    `class_name` is that of the rule, else of the schema, else the guess, of which `confidence` (0 to 1) and `why` tell;
    `is_told` where somebody said it. `technique` and `where` are of the rule that masks it now and `by` whose that is;
    all three empty where none does. `otherwise` is what the policy does to a field without a rule, empty without a policy.
    `shape` describes a value before masks, `clear` is that value: not to be shown unless asked for. `after` is what
    leaves of it, and stands in clear where `is_masked` is not. GONE is in place of a value that there is none of.
    """

    stream: str
    path: str
    types: tuple[str, ...]
    is_declared: bool
    class_name: str
    is_told: bool
    confidence: float
    why: str
    proposal: Mapping[str, Json]
    by: By
    technique: str
    where: str
    otherwise: str
    shape: str
    clear: Json
    after: Json
    is_masked: bool

    @property
    def is_decided(self) -> bool:
        """Whether somebody said what becomes of it, or it holds nothing personal."""
        return bool(self.by) or (self.class_name == PUBLIC and self.confidence > 0)

    @property
    def looks_personal(self) -> bool:
        """Whether it looks personal and leaves as it is."""
        return (
            not self.by and self.otherwise in ("", "keep") and self.class_name not in (PUBLIC, UNCLASSIFIED)
        )


@dataclass(frozen=True, slots=True)
class FieldViews:
    """The fields, and what could not be taken into account."""

    fields: tuple[FieldView, ...]
    notes: tuple[str, ...]


def masked_fields(
    manifest: Manifest, records: Mapping[str, Sequence[Record]], policy: LoadedPolicy | None = None
) -> FieldViews:
    """Look at every field. `records` are clear ones of streams that were read; of the others schemas tell alone.

    Where a masking key is missing another stands in. Raises ConfigError where the rules contradict each other.
    """
    missing: dict[str, str] = {}

    def key(reference: str) -> Key:
        try:
            return find_key(reference)
        except ConfigError as error:
            missing[reference] = f"{error.message}, so a key of this moment stands in ({error.hint})"
            return unknown_key(reference)

    notes: list[str] = []
    with declared_source(manifest, None, redactor=Redactor(), key=key) as source:
        masking, known = source.masking(policy) if policy is not None else (NO_POLICY, None)
        notes += source.notes
        fields = [
            field
            for stream in source.streams
            for field in _fields(stream, masking, known, records.get(stream.name, ())[:MOST_RECORDS], notes)
        ]
    return FieldViews(tuple(fields), (*missing.values(), *notes))


def _fields(
    stream: Declared, masking: Masking, policy: Policy | None, records: Sequence[Record], notes: list[str]
) -> Iterator[FieldView]:
    try:
        schema = stream.schema()
    except PenstockError as error:
        notes.append(f"stream {stream.name}: its schema cannot be had: {error.message}")
        schema = {}
    coverage = Coverage(stream.rules(policy))
    declared = {place.told for place in coverage.places(schema)}
    examples = _examples(stream, masking, coverage, schema, records)
    otherwise = policy.unclassified_in(stream.name) if policy is not None else ""
    for one in observed_fields(schema, records):
        yield _view(
            stream.name,
            one,
            coverage.rule_at(one.path),
            examples.get(one.told),
            otherwise,
            one.told in declared,
        )


def _view(
    stream: str,
    one: Observed,
    rule: MaskRule | None,
    example: tuple[Json, Json] | None,
    otherwise: str,
    is_declared: bool,  # noqa: FBT001 - one of many facts
) -> FieldView:
    guess = classify(one.told, one.schema, one.values, stream=stream)
    clear, after = example or (GONE, GONE)
    told = rule.class_name if rule is not None else ""
    kinds = types_of(one.schema) or list(dict.fromkeys(map(type_of, one.values)))
    return FieldView(
        stream=stream,
        path=one.told,
        types=tuple(kind for kind in kinds if kind != "null"),
        is_declared=is_declared,
        class_name=told or guess.class_,
        is_told=bool(told) or guess.confidence == 1.0,
        confidence=1.0 if told else guess.confidence,
        why=guess.evidence,
        proposal=guess.mask if guess.class_ != PUBLIC else {},
        by=_by(rule),
        technique=rule.technique.name if rule is not None else "",
        where=rule.where if rule is not None else "",
        otherwise=otherwise,
        shape="" if clear is GONE else shape_of(clear),
        clear=clear,
        after=after,
        is_masked=type_of(clear) != type_of(after) or clear != after,
    )


def _by(rule: MaskRule | None) -> By:
    if rule is None:
        return ""
    levels: Mapping[int, By] = {FROM_MANIFEST: "manifest", FROM_SCHEMA: "schema"}
    return levels.get(rule.level, "policy")


def _examples(
    stream: Declared, masking: Masking, coverage: Coverage, schema: Json, records: Sequence[Record]
) -> dict[str, tuple[Json, Json]]:
    """A value of each field before and after masks; the first that is not null."""
    masks = masking.for_stream(stream.name, stream.own, lambda: schema)
    found: dict[str, tuple[Json, Json]] = {}
    for record in records:
        values: list[Value] = [value for value in coverage.values(record) if value.told not in found]
        if not any(value.value is not None for value in values):
            continue
        left: Sequence[Record] = ()
        try:
            left = masks(RawBatch(stream.name, [record])).records
        except PenstockError:  # the policy ends a run here; the next record is looked at all the same
            masks = masking.for_stream(stream.name, stream.own, lambda: schema)
        for value in values:
            if value.value is not None:
                found.setdefault(value.told, (value.value, value_at(left[0], value.at) if left else GONE))
    return found


def shape_of(value: Json) -> str:
    """A value without saying it: "text of 17 characters, looks like an e-mail"."""
    if isinstance(value, str):
        told = f"text of {_characters(len(value))}"
    elif isinstance(value, bool):
        told = "true or false"
    else:
        told = describe(value)
    found = _looks_like()(value)
    word = _A_WORD.get(found) or f"a {found.replace('_', ' ')}"
    return f"{told}, looks like {word}" if found else told


def _characters(number: int) -> str:
    return f"{number:,} character{'' if number == 1 else 's'}"


@cache
def _looks_like() -> Callable[[Json], str]:
    return finder(detector_names())
