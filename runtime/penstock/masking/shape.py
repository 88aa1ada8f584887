"""Words for data that give its shape and never its content: the only way an error describes a value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

MOST_KEYS = 20
"""Past this many keys an object is keyed by data (ids, e-mails), so only their number is told."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.$-]{0,63}")
_LONG_NUMBER = re.compile(r"\d{5,}")


def describe(value: Any) -> str:
    """Give `value` as a noun phrase: "an object with keys `error`, `code`", "a list of 3", "text"."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text" if value else "empty text"
    if isinstance(value, bytes | bytearray):
        return f"{len(value)} bytes"
    if isinstance(value, Mapping):
        return _describe_object(value)
    if isinstance(value, Sequence):
        return f"a list of {len(value)}"
    return f"a {type(value).__name__}"


def _describe_object(value: Mapping[Any, Any]) -> str:
    if not value:
        return "an empty object"
    keys = list(value)
    if len(keys) <= MOST_KEYS and all(is_plain_key(k) for k in keys):
        word = "key" if len(keys) == 1 else "keys"
        return f"an object with {word} {', '.join(f'`{k}`' for k in keys)}"
    return f"an object with {len(keys)} keys"


def is_plain_key(key: Any) -> bool:
    """Tell whether a key reads as a field name and not as data such as an e-mail, a phone number or an id."""
    return isinstance(key, str) and bool(_PLAIN_KEY.fullmatch(key)) and not _LONG_NUMBER.search(key)


def redacted_shape(value: Any) -> Any:
    """Copy a JSON value with every leaf replaced by its kind: `{"id": 7}` gives `{"id": "<number>"}`."""
    if isinstance(value, Mapping):
        return {k if is_plain_key(k) else "<key>": redacted_shape(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [redacted_shape(v) for v in value[:MOST_KEYS]]
    if value is None:
        return None
    if isinstance(value, bool):
        return "<boolean>"
    if isinstance(value, int | float):
        return "<number>"
    return "<text>"
