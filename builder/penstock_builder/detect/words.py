"""Names of fields taken apart, and places told in words that hold no data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from penstock.authoring import MOST_KEYS, Json, describe, is_plain_key

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DATA = re.compile(r"@.|\d{5,}|^\d+$|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-|[^\x00-\x7f]")
_PROTOCOL_KEY = re.compile(r"@?odata\.[A-Za-z]+")


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters: `nextPageToken` and `next_page-token` give the same three."""
    return tuple(word.lower() for word in _WORD.findall(name))


def run_together(name: str) -> str:
    """The words of a name without what is between them: `per_page` and `perPage` give `perpage`."""
    return "".join(words(name))


def is_data(key: str) -> bool:
    """Tell whether a key reads as data: an id, an e-mail, a number. A name with blanks is still a name."""
    return len(key) > 64 or (bool(_DATA.search(key)) and not _PROTOCOL_KEY.fullmatch(key))


def keyed_by_data(value: Mapping[str, Json]) -> bool:
    """Tell whether an object is a map: all its values are objects, under keys that are data or very many."""
    if not value or not all(isinstance(child, dict) for child in value.values()):
        return False
    return len(value) > MOST_KEYS or sum(map(is_data, value)) * 2 > len(value)


def told(path: Sequence[str], what: str = "field") -> str:
    """A place in words: "`data.items`"; where a key may be data, only how deep it lies."""
    if not path:
        return "the answer itself" if what == "list" else f"a {what}"
    if all(key == "*" or is_plain_key(key) or _PROTOCOL_KEY.fullmatch(key) for key in path):
        return f"`{'.'.join(path)}`"
    return f"a {what} {counted(len(path), 'level')} deep"


def told_names(names: Iterable[str]) -> str:
    """Names one after the other: "`id`, `name`"; where one may be data or they are many, only their number."""
    listed = list(names)
    if len(listed) <= MOST_KEYS and all(is_plain_key(name) for name in listed):
        return ", ".join(f"`{name}`" for name in listed)
    return counted(len(listed), "field")


def told_shape(value: Json) -> str:
    """The shape of a value; of an object only the number of keys where any may be data."""
    if isinstance(value, dict) and (keyed_by_data(value) or any(map(is_data, map(str, value)))):
        return f"an object with {counted(len(value), 'key')}"
    return describe(value)


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 record", "2 records"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def bounded(confidence: float) -> float:
    """A confidence between 0.01 and 0.99 in hundredths: no guess is certain, and none that is made is nothing."""
    return round(min(max(confidence, 0.01), 0.99), 2)
