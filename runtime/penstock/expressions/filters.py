"""The filters that the manifest language adds to Jinja's own."""

from __future__ import annotations

import base64
import hashlib
import hmac as _hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any


def hash_(value: Any, hash_type: str = "md5", salt: str | None = None) -> str:
    """Hex digest of the value's text followed by the salt. Not a mask: without a key it can be guessed."""
    if hash_type not in hashlib.algorithms_available:
        raise ValueError("no such hash algorithm")
    return hashlib.new(
        hash_type, f"{value}{'' if salt is None else salt}".encode(), usedforsecurity=False
    ).hexdigest()


def hmac(value: Any, key: str, hash_type: str = "sha256") -> str:
    """Hex HMAC of the value's text; SHA-256 is the only digest."""
    if hash_type != "sha256":
        raise ValueError("hmac takes sha256 only")
    return _hmac.new(str(key).encode(), str(value).encode(), hashlib.sha256).hexdigest()


def base64encode(value: str) -> str:
    """UTF-8 text to base64 text."""
    return base64.b64encode(value.encode()).decode()


def base64decode(value: str) -> str:
    """Base64 text to UTF-8 text."""
    return base64.b64decode(value.encode()).decode()


def base64binascii_decode(value: str) -> str:
    """ASCII text to base64 text. The name misleads; the language has it so."""
    return base64.b64encode(value.encode("ascii")).decode()


def string(value: Any) -> str:
    """Text that stays text: anything but a str becomes its JSON, in quotes that the result rule takes off."""
    return value if isinstance(value, str) else f'"""{json.dumps(value)}"""'


def regex_search(value: str, regex: str) -> str:
    """The first group of the first match, or empty text."""
    match = re.search(regex, value)
    return match.group(1) if match and match.re.groups else ""


def regex_replace(value: str, regex: str, replacement: str) -> str:
    """The text with every match replaced."""
    return re.sub(regex, replacement, value)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "hash": hash_,
    "hmac": hmac,
    "base64encode": base64encode,
    "base64decode": base64decode,
    "base64binascii_decode": base64binascii_decode,
    "string": string,
    "regex_search": regex_search,
    "regex_replace": regex_replace,
}
