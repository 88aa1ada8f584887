"""A guess at what a field holds, from its name, its schema and a sample of its values, for a policy's first draft."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from penstock.lean import dataclass
from penstock.masking.detectors import Sieve, class_of, detector_names, found_in, sieve_of, text_of
from penstock.masking.field_names import HOLDS_PUBLIC, NameSays, class_of_name, steps, words
from penstock.masking.privacy_classes import CLASSES, PUBLIC, UNCLASSIFIED
from penstock.masking.techniques import types_of

Json = Any

_MOST_SAMPLES = 200
_SURE = 0.5
_OF_NUMBERS = frozenset(
    {
        "phone",
        "card",
        "national_id",
        "postal_code",
        "location",
        "financial",
        "birth_date",
        "sensitive",
        "address",
    }
)
_CONTRADICTED = frozenset({"email", "ip", "mac", "iban", "card", "token", "url_credentials"})
"""Classes whose values a detector knows for certain: where none looks like one, the name misled."""
_NAMES = re.compile(r"[^\W\d_][^\d@/:_]*\s[^\d@/:_]*[^\W\d_]\.?")
_ID = re.compile(r"[0-9a-fA-F-]{16,}|[0-9]+|(?=\w*\d)[A-Za-z]+_\w+")
_A_WORD: Mapping[str, str] = {"email": "an e-mail", "ip": "an IP address", "iban": "an IBAN"}


@cache
def _all() -> Sieve:
    return sieve_of(detector_names())


@dataclass(frozen=True, slots=True)
class Guess:
    """A class, how sure it is from 0 to 1, and why, in words that hold no value."""

    class_: str
    confidence: float
    evidence: str

    @property
    def mask(self) -> Mapping[str, Json]:
        """The mask to propose; none for what is not classified."""
        known = CLASSES.get(self.class_)
        return known.mask if known else {}


def classify(
    path: str, schema: Mapping[str, Json], samples: Sequence[Json] = (), *, stream: str = ""
) -> Guess:
    """What a field most likely holds.

    `path` is a field path, `schema` the field's own JSON Schema, `samples` some of its values, of which 200 are read;
    `stream` names what a record is. `x-privacy` in the schema wins, then the values, then the name.
    """
    told = schema.get("x-privacy")
    given = told.get("class") if isinstance(told, Mapping) else told
    if isinstance(given, str) and given:
        return Guess(given, 1.0, "the schema says so, in `x-privacy`")

    kinds = frozenset(types_of(schema)) - {"null"}
    if kinds == {"boolean"}:
        return Guess(PUBLIC, 0.95, "true or false")

    texts = [text for sample in samples[:_MOST_SAMPLES] if (text := text_of(sample).strip())]
    name = _fitting(class_of_name(path, stream), path, schema, kinds)
    by_values = _by_values(texts)
    if by_values and (by_values.class_ == name.class_ or by_values.confidence >= 0.6):
        if by_values.class_ == name.class_:
            both = f"{_by_name(name)}; {by_values.evidence}"
            return Guess(name.class_, round(max(name.confidence, by_values.confidence, 0.95), 2), both)
        if name.class_ in {"", PUBLIC, "free_text", "username"} or by_values.class_ in _CONTRADICTED:
            return by_values
    if name.class_ and name.class_ != PUBLIC:
        return _checked(name, texts, schema)
    if found := _in_text(texts):
        return found
    if name.names_person:
        return _person_or_id(name, texts, kinds)
    return _nobodys(name, schema, kinds, texts)


def _by_name(name: NameSays) -> str:
    return f"the name `{name.told_by}`"


def _fitting(name: NameSays, path: str, schema: Mapping[str, Json], kinds: frozenset[str]) -> NameSays:
    """What the name says, where the type allows it; a description may say what a name does not."""
    if name.class_ in {"", PUBLIC} and (described := _described(path, schema)):
        name = described
    if name.class_ in {"", PUBLIC}:
        return name
    if kinds and kinds <= {"integer", "number"} and name.class_ not in _OF_NUMBERS:
        return NameSays(PUBLIC, 0.8, name.told_by)
    if schema.get("format") in {"date-time", "date", "time"} and name.class_ != "birth_date":
        return NameSays(PUBLIC, 0.85, name.told_by)
    if schema.get("enum") and name.class_ in {"free_text", "name", "address", "phone", "email"}:
        return NameSays(PUBLIC, 0.8, name.told_by)
    if kinds and kinds <= {"object", "array"} and name.class_ in {"free_text", "token"}:
        return NameSays("", 0.0, name.told_by)
    return name


_DESCRIBED: Mapping[str, str] = {
    "email": r"\be-?mail address\b(?! (?:is|was|has|template|type))",
    "phone": r"\b(?:tele)?phone number\b(?! (?:is|was|has|type))",
    "birth_date": r"\b(?:date of birth|birth ?date)\b",
    "name": r"\b(?:first|last|full|family|given) name of the (?:user|customer|person|contact|employee|candidate|owner)\b",
    "ip": r"\bip address\b",
}


def _described(path: str, schema: Mapping[str, Json]) -> NameSays | None:
    text = schema.get("description")
    leaf = "_".join(words(steps(path)[-1])) if steps(path) else ""
    if not isinstance(text, str) or len(text) > 80 or HOLDS_PUBLIC.search(leaf):
        return None
    found = next((c for c, form in _DESCRIBED.items() if re.search(form, text, re.IGNORECASE)), "")
    return NameSays(found, 0.6, f"{steps(path)[-1]}` and its description, `{found}") if found else None


def _by_values(texts: Sequence[str]) -> Guess | None:
    """The class of most of the values."""
    sieve = _all()
    seen = Counter(found[0] for text in texts if (found := class_of(text, sieve))[1] >= _SURE)
    if not seen:
        return None
    class_, count = seen.most_common(1)[0]
    share = count / len(texts)
    if share < 0.8:
        return None
    confidence = 0.95 * share if len(texts) >= 5 else 0.6 * share
    return Guess(class_, round(confidence, 2), _counted(count, len(texts), "look like", class_))


def _counted(count: int, of: int, how: str, class_: str) -> str:
    word = _A_WORD.get(class_, f"a {class_.replace('_', ' ')}")
    return f"{count} of {of} values {how} {word}"


def _checked(name: NameSays, texts: Sequence[str], schema: Mapping[str, Json]) -> Guess:
    """What the name says, unless the values say that it cannot be."""
    class_ = name.class_
    if len(texts) >= 5:
        without_digits = class_ in {"phone", "birth_date"} and not any(re.search(r"\d", t) for t in texts)
        if without_digits or (class_ in _CONTRADICTED - {"token"} and not _held(texts, class_)):
            why = f"{_by_name(name)}, but none of {len(texts)} values look like one"
            return Guess(UNCLASSIFIED, 0.3, why)
        if class_ in {"name", "username"} and all(_is_moment(text) for text in texts):
            return Guess(PUBLIC, 0.7, f"all of {len(texts)} values are moments")
        if class_ == "free_text" and all(_is_nobodys(text) for text in texts):
            return Guess(PUBLIC, 0.6, f"none of {len(texts)} values is text")
    return Guess(class_, name.confidence, _by_name(name))


def _held(texts: Sequence[str], class_: str) -> bool:
    sieve = sieve_of([class_])
    return any(class_of(text, sieve)[1] or found_in(text, sieve) for text in texts)


def _in_text(texts: Sequence[str]) -> Guess | None:
    """Free text, where some values hold something personal, or most are sentences."""
    if not texts:
        return None
    sieve = _all()
    prose = [text for text in texts if " " in text]
    holding = Counter(found[0][2] for text in prose if (found := found_in(text, sieve)))
    if holding and sum(holding.values()) >= max(1, len(texts) / 20):
        class_, count = holding.most_common(1)[0]
        return Guess("free_text", 0.7, _counted(count, len(texts), "hold", class_))
    return None


def _person_or_id(name: NameSays, texts: Sequence[str], kinds: frozenset[str]) -> Guess:
    """A field that is called as a person is: `owner`, `created_by`."""
    if kinds and not kinds & {"string", "array", "object"}:
        return Guess(PUBLIC, 0.7, f"{_by_name(name)}, and a number")
    if not texts:
        return Guess(UNCLASSIFIED, 0.3, f"{_by_name(name)}, which may hold a person's name or an id")
    alike = sum(1 for text in texts if _NAMES.fullmatch(text) and len(text) < 60)
    if alike >= 0.6 * len(texts):
        return Guess(
            "name", 0.7, f"{_by_name(name)}; {alike} of {len(texts)} values look like a person's name"
        )
    if all(_ID.fullmatch(text) for text in texts):
        return Guess(PUBLIC, 0.6, f"{_by_name(name)}; all of {len(texts)} values are ids")
    return Guess(UNCLASSIFIED, 0.3, f"{_by_name(name)}, and values that say nothing")


def _nobodys(
    name: NameSays, schema: Mapping[str, Json], kinds: frozenset[str], texts: Sequence[str]
) -> Guess:
    """Public, where something says so; else nobody knows."""
    if kinds and kinds <= {"integer", "number"}:
        return Guess(PUBLIC, 0.7, "a number, and no name that speaks of a person")
    if schema.get("format") in {"date-time", "date", "time"}:
        return Guess(PUBLIC, 0.85, f"a moment, by its format `{schema['format']}`")
    if schema.get("enum"):
        return Guess(PUBLIC, 0.8, "one of a fixed list of words")
    if name.class_ == PUBLIC:
        return Guess(PUBLIC, name.confidence, _by_name(name))
    if len(texts) >= 5 and all(_is_nobodys(text) for text in texts):
        return Guess(PUBLIC, 0.6, f"all of {len(texts)} values are ids, numbers or moments")
    if len(texts) >= 20 and len(set(texts)) <= len(texts) / 5:
        return Guess(PUBLIC, 0.5, f"{len(set(texts))} different words in {len(texts)} values")
    return Guess(UNCLASSIFIED, 0.0, "nothing known")


def _is_nobodys(text: str) -> bool:
    return _ID.fullmatch(text) is not None or _is_moment(text) or _is_number(text)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.,]+%?", text) is not None


def _is_moment(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
