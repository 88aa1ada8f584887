from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from penstock.components.masks import KEY_ID_PROBLEM, MASK, domain_field, key_field, key_id_field
from penstock.masking.keys import subkey
from penstock.masking.techniques import Technique, UnmaskableError, number_text, text_schema
from penstock.records.resources import Resources
from penstock.registry import component

Json = Any

KEY_BYTES = 64
"""Two keys of AES-256: one authenticates, one encrypts (RFC 5297 §2.2)."""


@component(MASK)
class Encrypt:
    """The value encrypted, so that who has the key can get it back. Equal values give equal text: joins still hold.

    AES-SIV (RFC 5297) with the domain as associated data, in base64url after the key id. How long a value is shows.
    """

    domain: str = domain_field()
    key: str = key_field()
    key_id: str = key_id_field()

    def problems(self) -> Iterator[tuple[str, str]]:
        """The key id is one word."""
        if not self.key_id.isalnum():
            yield KEY_ID_PROBLEM

    def build(self, using: Resources) -> Technique:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        key = using.key(self.key)
        cipher = AESSIV(subkey(key, "Encrypt", self.domain, KEY_BYTES))
        domain, prefix = [self.domain.encode()], f"{key.id or self.key_id}_"

        def mask(value: Json) -> str:
            sealed = base64.urlsafe_b64encode(cipher.encrypt(_packed(value), domain))
            return prefix + sealed.rstrip(b"=").decode("ascii")

        def reveal(text: Json) -> Json:
            if not isinstance(text, str) or not text.startswith(prefix):
                raise UnmaskableError("was not encrypted with the key of this id")
            sealed = text.removeprefix(prefix)
            try:
                packed = base64.b64decode(sealed + "=" * (-len(sealed) % 4), b"-_", validate=True)
                return _unpacked(cipher.decrypt(packed, domain))
            except (binascii.Error, ValueError, InvalidTag):
                raise UnmaskableError(
                    "was not encrypted with this key for this domain, or was changed"
                ) from None

        return Technique("Encrypt", mask, text_schema, reveal=reveal)


def _packed(value: Json) -> bytes:
    """A type tag and the value, text as it is; `1.0` is `1`, so that numbers join as pseudonyms do."""
    if isinstance(value, str):
        return b"s" + value.encode("utf-8", "surrogatepass")
    return (b"b" if isinstance(value, bool) else b"n") + number_text(value).encode()


def _unpacked(packed: bytes) -> Json:
    text = packed[1:].decode("utf-8", "surrogatepass")
    if packed[:1] == b"s":
        return text
    if packed[:1] == b"b":
        return text == "true"
    return int(text) if text.lstrip("-").isdigit() else float(text)
