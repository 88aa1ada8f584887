"""Takes known secrets out of text, by value: the user's marked config values and tokens minted in the run."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "****"

_SHORTEST_IN_BASE64 = 6
"""Fewer characters of base64 turn up in ordinary words."""

_STAYS_IN_URL = "!$&'()*+,/:;=@~"
"""What a path may hold as it is (RFC 3986 §3.3)."""


class Redactor:
    """Replaces each known secret, in each form it can take on the wire, by `****`.

    The longest form goes first, so that a secret that begins with another one leaves no tail.
    Safe to use from any thread.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Learn secrets; empty ones are ignored."""
        forms = {form for secret in secrets if secret for form in written_forms(secret)}
        with self._lock:
            if forms <= self._forms:
                return
            self._forms |= forms
            ordered = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, ordered)))

    def __call__(self, text: str) -> str:
        """Give `text` with every known secret replaced."""
        return self._pattern.sub(MASK, text) if self._pattern else text


def written_forms(secret: str) -> set[str]:
    """The ways a secret is written: as is, percent-encoded, as a JSON string, in base64."""
    raw = secret.encode("utf-8", "surrogatepass")
    percent = {quote(raw), quote(raw, safe=""), quote(raw, safe=_STAYS_IN_URL), quote_plus(raw)}
    forms = {
        secret,
        *percent,
        *(re.sub("%[0-9A-F]{2}", lambda code: code.group().lower(), form) for form in percent),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
    }
    if len(raw) >= _SHORTEST_IN_BASE64:
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms |= {
                encoded
                for shift in range(3)
                if (encoded := _aligned(encode(b"\0" * shift + raw), shift, raw))
            }
    return forms


def _aligned(encoded: bytes, shift: int, raw: bytes) -> str:
    """The base64 text that any data holding `raw` at an offset of `shift` modulo 3 shares.

    The first and last characters also carry bits of the neighbours, so they are left off.
    """
    first = (0, 2, 3)[shift]
    whole = (shift + len(raw)) * 8 // 6
    text = encoded[first:whole].decode("ascii")
    return text if len(text) >= _SHORTEST_IN_BASE64 else ""


def secret_values(config: object, specification: object) -> list[str]:
    """Values of `config` at the places where `specification` says `airbyte_secret: true`.

    Looks through `properties`, `items` and the branches of `oneOf`, `anyOf` and `allOf`.
    """
    found: list[str] = []
    _collect(config, specification, found)
    return found


def _collect(value: object, schema: object, found: list[str]) -> None:
    if not isinstance(schema, dict) or value is None:
        return
    if schema.get("airbyte_secret") is True:
        found.extend(_leaves(value))
        return
    for union in ("oneOf", "anyOf", "allOf"):
        for branch in schema.get(union) or ():
            _collect(value, branch, found)
    properties = schema.get("properties")
    if isinstance(properties, dict) and isinstance(value, dict):
        for name, child in properties.items():
            _collect(value.get(name), child, found)
    if isinstance(value, list):
        for item in value:
            _collect(item, schema.get("items"), found)


def _leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for child in value.values() for leaf in _leaves(child)]
    if isinstance(value, list):
        return [leaf for child in value for leaf in _leaves(child)]
    return [] if value is None or isinstance(value, bool) else [str(value)]
