"""What a mask does to one value, and to its schema. Null stays null, and empty text stays empty text."""

from __future__ import annotations

import hmac
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from penstock.lean import dataclass
from penstock.masking.base32 import base32_encoder

Json = Any


class _Dropped:
    def __repr__(self) -> str:
        return "DROPPED"


DROPPED = _Dropped()
"""In place of a value or a schema: the field goes."""


class UnmaskableError(ValueError):
    """A technique cannot take this value, so its record does not leave. Never holds the value."""


@dataclass(frozen=True, slots=True)
class Technique:
    """A mask. `value` masks one leaf that is neither null nor empty; `schema` gives the schema of what comes out.

    With `whole` it takes any value as one, null and containers included, and the schema with all its parts; with
    `takes_empty` it takes empty text too. `of_record`, where it is set, is called in place of `value` with the leaf and
    its record. `reveal` gives the value behind what `value` made, where a key allows that. All raise UnmaskableError. With
    `drops` what comes out may be DROPPED; with `constant` it is the same for every value.
    """

    name: str
    value: Callable[[Json], Json]
    schema: Callable[[Mapping[str, Json]], Json]
    whole: bool = False
    takes_empty: bool = False
    of_record: Callable[[Json, Mapping[str, Json]], Json] | None = None
    reveal: Callable[[Json], Json] | None = None
    drops: bool = False
    constant: bool = False


def pseudonym(key: bytes, key_id: str, domain: str, length: int, normalize: Sequence[str]) -> Technique:
    """Key id and the first `length` characters of the base32 of HMAC-SHA-256(key, domain ‖ 0x00 ‖ value).

    Equal values give equal pseudonyms within a key and domain, so joins still hold. RFC 2104, RFC 4648 §6.
    """
    start = hmac.new(
        key, domain.encode() + b"\0", "sha256"
    )  # a copy takes less time than a call of `hmac.digest`
    prefix = f"{key_id}_"
    encode = base32_encoder(length)

    def mask(value: Json) -> str:
        digest = start.copy()
        digest.update(canonical(value, normalize))
        return prefix + encode(digest.digest())

    return Technique("Hmac", mask, text_schema)


def redact(text: str) -> Technique:
    """A constant in place of every value."""
    return Technique("Redact", lambda value: text, text_schema, constant=True)


def nullify() -> Technique:
    """Null in place of every value."""
    return Technique("Nullify", lambda value: None, _nullable, whole=True, constant=True)


def drop() -> Technique:
    """No field at all."""
    return Technique("Drop", lambda value: DROPPED, lambda schema: DROPPED, whole=True, drops=True)


def of_json_text(technique: Technique) -> Technique:
    """The technique for each value inside a text that is JSON, which stays one; other text is masked as a whole."""

    def masked(value: Json) -> Json:
        if isinstance(value, dict):
            return {key: new for key, child in value.items() if (new := masked(child)) is not DROPPED}
        if isinstance(value, list):
            return [new for child in value if (new := masked(child)) is not DROPPED]
        if value is None or (value == "" and not technique.takes_empty):
            return value
        return technique.value(value)

    def mask(value: Json) -> Json:
        try:
            held = json.loads(value) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            return technique.value(value)
        made = masked(held)
        return made if made is DROPPED else json.dumps(made, ensure_ascii=False)

    return replace(technique, value=mask, schema=text_schema, of_record=None, reveal=None, constant=False)


def partial(keep_first: int, keep_last: int, *, keep_domain: bool) -> Technique:
    """The first and last characters kept, the rest `*`; text too short to hide anything becomes all `*`.

    With `keep_domain` only the part before the last `@` is masked; `@ada`, where nothing stands before it, is text.
    """
    shown = keep_first + keep_last
    first, last = slice(keep_first), slice(-keep_last, None) if keep_last else slice(0)

    def stars(text: str) -> str:
        hidden = len(text) - shown
        return text[first] + "*" * hidden + text[last] if hidden > 0 else "*" * len(text)

    def text_mask(value: Json) -> str:
        return stars(value if type(value) is str else number_text(value))

    def address_mask(value: Json) -> str:
        text = value if isinstance(value, str) else number_text(value)
        name, at, domain = text.rpartition("@")
        return stars(name) + at + domain if name else stars(text)

    mask = address_mask if keep_domain else text_mask
    return Technique("Partial", mask, text_schema)


def canonical(value: Json, normalize: Sequence[str]) -> bytes:
    """A type tag and the value, so that `1`, `"1"` and `true` differ; text in NFC; `1.0` is `1`."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value)
        if "trim" in normalize:
            text = text.strip()
        if "lower" in normalize:
            text = text.lower()
        return b"s" + text.encode("utf-8", "surrogatepass")
    if isinstance(value, bool):
        return b"b1" if value else b"b0"
    return b"n" + number_text(value).encode()


def number_text(value: Json) -> str:
    """A number or boolean as JSON writes it; `1.0` is `1`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def types_of(schema: Mapping[str, Json]) -> list[str]:
    """The types that a JSON Schema admits; none where it does not say."""
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def text_schema(schema: Mapping[str, Json]) -> Json:
    """Text in place of any leaf, nullable where it was; a container stays one."""
    kinds = types_of(schema) or ["string", "null"]
    made = list(dict.fromkeys(kind if kind in _NOT_LEAVES else "string" for kind in kinds))
    kept = {key: schema[key] for key in ("title", "description") if key in schema}
    return {**kept, "type": made[0] if len(made) == 1 else made}


def date_schema(schema: Mapping[str, Json]) -> Json:
    """Text in place of any leaf, which is a date or date-time where it was one."""
    is_date = schema.get("format") in {"date", "date-time"}
    return text_schema(schema) | ({"format": schema["format"]} if is_date else {})


def plain_schema(schema: Mapping[str, Json]) -> Json:
    """Leaves of the same types, of which nothing else is known."""
    return {key: schema[key] for key in ("title", "description", "type") if key in schema}


_NOT_LEAVES = frozenset({"object", "array", "null"})


def _nullable(schema: Mapping[str, Json]) -> Json:
    kinds = types_of(schema)
    made = {**schema, "type": [*kinds, "null"]} if kinds and "null" not in kinds else dict(schema)
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        made["enum"] = [*schema["enum"], None]
    return made
