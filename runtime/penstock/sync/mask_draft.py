"""A first masking policy for a manifest: every field of every stream with a class, guessed from names and a sample.

It tells no value: guesses are explained by names, counts and kinds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.components.masks import MASK
from penstock.errors import PenstockError, as_told
from penstock.lean import dataclass
from penstock.masking.batch import Record
from penstock.masking.classify import classify
from penstock.masking.coverage import Coverage
from penstock.masking.detectors import finder
from penstock.masking.field_names import PERSONS, steps, words
from penstock.masking.observed import Observed, observed_fields
from penstock.masking.privacy_classes import CLASSES, PUBLIC, UNCLASSIFIED
from penstock.masking.redactor import Redactor
from penstock.plan.manifest import Manifest
from penstock.registry import find_component
from penstock.sync.declared import Declared, declared_source

Json = Any

KEY, KEY_REFERENCE = "people", "env:PENSTOCK_MASKING_KEY"

FLOOR = ("card", "email", "iban", "url_credentials")
"""Classes whose values have a form of their own: a run may well stop where one would leave in clear."""

UNDECIDED = "undecided"
"""The class of what nobody knows: hidden, and still good for joins, until somebody looks at it."""

_NO_ENTITY = frozenset(
    [
        "bcc",
        "billing",
        "by",
        "cc",
        "child",
        "delivery",
        "father",
        "from",
        "holder",
        "me",
        "mother",
        "parent",
        "partner",
        "rep",
        "shipping",
        "to",
    ]
)
"""Words of persons that do not say of what kind: a `parent_id` may be a category's."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy as YAML, and what it could not take into account."""

    text: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """A field with its class and why; `mask` where the one of its class will not do."""

    path: str
    class_name: str
    why: str
    mask: Mapping[str, Json] | None = None


def draft_policy(
    manifest: Manifest,
    config: Mapping[str, Json] | None = None,
    *,
    shown_as: str = "the manifest",
    records: int = 100,
    redactor: Redactor | None = None,
    config_changed: Callable[[Mapping[str, Json]], None] = lambda config: None,
) -> Draft:
    """Write a policy that covers every field that the schemas and the first records of each stream tell of.

    Without a config nothing is read. Fields that the manifest masks itself are left to it. Raises ConfigError.
    """
    redactor = redactor or Redactor()
    opened = declared_source(manifest, config, redactor=redactor, config_changed=config_changed)
    with opened as source:
        notes = list(source.notes)
        streams: dict[str, list[_Field]] = {}
        seals = False
        for stream in source.streams:
            sample = _sample(stream, records, notes, redactor) if config is not None else []
            fields = streams[stream.name] = _fields(stream, sample, notes)
            cursor = stream.plan.cursor
            seals |= any(cursor and f.path == cursor.field and f.class_name != PUBLIC for f in fields)
    return Draft(_text(streams, shown_as, notes, seals=seals), tuple(notes))


def _sample(stream: Declared, most: int, notes: list[str], redactor: Redactor) -> list[Record]:
    try:
        return stream.sample(most)
    except Exception as error:  # noqa: BLE001 - whatever fails belongs to this stream, and could hold data
        told = as_told(error, redactor).message
        notes.append(f"stream {stream.name}: read by its schema alone, for its records cannot be had: {told}")
        return []


def _fields(stream: Declared, sample: Sequence[Record], notes: list[str]) -> list[_Field]:
    try:
        schema = stream.schema()
    except PenstockError as error:
        notes.append(f"stream {stream.name}: its schema cannot be had: {error.message}")
        schema = {}
    masked = Coverage(stream.own)
    found = observed_fields(schema, sample)
    if not found:
        notes.append(f"stream {stream.name}: no field of it is known")
    keys = {name for names in stream.plan.primary_key or () for name in names}
    find = finder(FLOOR)
    return [_classified(one, stream.name, keys, find) for one in found if masked.rule_at(one.path) is None]


def _classified(one: Observed, stream: str, keys: set[str], find: Callable[[Json], str]) -> _Field:
    path = one.told
    guess = classify(path, one.schema, one.values, stream=stream)
    name, why = guess.class_, f"{guess.confidence:.2f}: {guess.evidence}"
    if name in (PUBLIC, UNCLASSIFIED):
        holding = sum(bool(find(value)) for value in one.values)
        person = _person(path, stream)
        if holding:
            name, why = (
                "free_text",
                f"{holding} of {len(one.values)} values hold what must not leave in clear",
            )
        elif person and not one.is_open:
            name, why = f"{person}_id", f"0.60: by its name it tells one {person} from another"
        elif one.is_open:
            name, why = UNDECIDED, "it may hold anything: please look"
        elif name == UNCLASSIFIED:
            name, why = UNDECIDED, f"{why}: please look"
    apart = {"Keep", "Hmac", "Encrypt", "FormatPreserving"}
    if path in keys and _class(name)[1]["type"] not in apart:
        return _Field(path, name, f"{why}; a primary key", _keyed({"type": "Hmac", "domain": name}, name))
    return _Field(path, name, why)


def _person(path: str, stream: str) -> str:
    """The kind of person that an id is of: `customer` for `customer_id`, and for `id` of the stream `customers`."""
    *around, leaf = [stream, *steps(path)]
    own = words(leaf)
    if not own or own[-1] not in {"id", "uuid", "guid"}:
        return ""
    before = own[:-1] or words(around[-1])
    word = before[-1] if before else ""
    found = word if word in PERSONS else word.removesuffix("s")
    found = {"people": "person"}.get(found, found)
    return found if found in PERSONS - _NO_ENTITY else ""


def _class(name: str) -> tuple[str, Mapping[str, Json], str]:
    """What a class is, its mask, and its detector."""
    known = CLASSES.get(name)
    if known is not None:
        return known.help, _keyed(known.mask, name), known.detect
    if name == UNDECIDED:
        return "Nobody knows yet: give these fields a class.", _keyed({"type": "Hmac"}, name), ""
    if name.endswith("_id") and name.removesuffix("_id") in PERSONS:
        person = name.removesuffix("_id")
        return f"What tells one {person} from another.", _keyed({"type": "Hmac", "domain": person}, name), ""
    return "A class that a schema tells of.", {"type": "Redact"}, ""


def _keyed(mask: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """A mask with the policy's key, and with a domain, where it takes them."""
    spec = find_component(mask["type"])
    assert spec is not None
    assert spec.kind == MASK
    added: dict[str, Json] = {}
    if spec.field("key") is not None:
        added["key"] = KEY
    if spec.field("domain") is not None:
        added["domain"] = name
    return {"type": mask["type"], **added, **mask}


def _text(
    streams: Mapping[str, Sequence[_Field]], shown_as: str, notes: Sequence[str], *, seals: bool
) -> str:
    used = {field.class_name for fields in streams.values() for field in fields}
    known = [name for name in CLASSES if name in used | {*FLOOR, PUBLIC}]
    lines = [
        _comment(f"A masking policy for {shown_as}, drafted by `penstock mask init`."),
        "# The classes are guesses, each with how sure it is, from 0 to 1, and why: read them before you rely on them.",
        *(_comment(note) for note in notes),
        "version: 1",
        "unclassified: fail  # a field that is not named here stops its stream before it leaves",
        "on_error: drop_record",
        "keys:",
        f"  {KEY}: {{ref: {KEY_REFERENCE}, id: k1}}",
        "classes:",
    ]
    for name in (*known, *sorted(used - set(known))):
        help_, mask, detect = _class(name)
        found = f"detect: {detect}, " if detect else ""
        lines.append(f"  {_key(name)}: {{{found}mask: {_flow(mask)}}}  {_comment(help_)}")
    lines.append("streams:" if streams else "streams: {}")
    for stream, fields in streams.items():
        lines += [f"  {_key(stream)}:", "    fields:" if fields else "    fields: {}"]
        lines += [f"      {_said(field)}  {_comment(field.why)}" for field in fields]
    lines.append(f"floor: {{never_in_clear: {_flow(list(FLOOR))}}}")
    if seals:
        lines.append(
            f"state: {{encrypt: {KEY}}}  # a cursor is masked, and saved states hold its clear values"
        )
    lines.append('report: "reports/masking-{run_id}.json"')
    return "\n".join(lines) + "\n"


def _said(field: _Field) -> str:
    if field.mask is None:
        return f"{_key(field.path)}: {_key(field.class_name)}"
    return f"{_key(field.path)}: {{class: {_key(field.class_name)}, mask: {_flow(field.mask)}}}"


def _comment(text: str) -> str:
    return f"# {' '.join(''.join(c if c.isprintable() else ' ' for c in text).split())}"


_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NOT_TEXT = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def _key(text: str) -> str:
    """A text as YAML; in quotes where it could be taken for something else."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT
    return text if is_plain else json.dumps(text)


def _flow(value: Json) -> str:
    """A JSON value on one line of YAML."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_key(key)}: {_flow(child)}' for key, child in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return _key(value) if isinstance(value, str) else json.dumps(value)
