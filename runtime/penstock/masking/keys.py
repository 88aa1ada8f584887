"""Masking keys, by reference: `env:NAME` or `file:PATH`. A key is never written down in a manifest."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from penstock.errors import ConfigError

SHORTEST = 32
"""Bytes of a key; as many as SHA-256 gives (RFC 2104 §3)."""

_FEWEST_DIFFERENT = 10
_EXAMPLES = ("change", "example", "secret", "password", "0123456789", "abcdefgh", "masking", "penstock")


class Key(bytes):
    """The bytes of a masking key, and its id, which stands in what the key makes; empty where nobody gave it one."""

    id: str

    def __new__(cls, secret: bytes, id_: str = "") -> Self:
        made = super().__new__(cls, secret)
        made.id = id_
        return made

    def __repr__(self) -> str:
        return f"Key({self.id!r})"


def find_key(reference: str) -> Key:
    """The key that a reference names. Raises ConfigError when it is missing, short, or a well-known example."""
    kind, colon, name = reference.partition(":")
    if not colon or kind not in ("env", "file") or not name:
        raise ConfigError(
            "a masking key is named as `env:NAME` or `file:PATH`",
            hint="put the key into an environment variable and name that",
        )
    key = _read(kind, name)
    if len(key) < SHORTEST:
        raise ConfigError(
            f"the masking key {reference} has {len(key)} bytes; it needs {SHORTEST}", hint=_HOW_TO_MAKE_ONE
        )
    text = key.decode("latin-1").lower()
    if len(set(key)) < _FEWEST_DIFFERENT or any(
        text.startswith(word) or text.count(word) > 1 for word in _EXAMPLES
    ):
        raise ConfigError(f"the masking key {reference} is easy to guess", hint=_HOW_TO_MAKE_ONE)
    return Key(key)


def subkey(key: bytes, technique: str, domain: str, length: int) -> bytes:
    """`length` bytes for one technique and domain, derived from a key, so that one key serves them all.

    HKDF-SHA-256 (RFC 5869) without salt; its info is the technique's name, a zero byte and the domain.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = technique.encode() + b"\0" + domain.encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(key)


_HOW_TO_MAKE_ONE = "make one with `openssl rand -base64 32`"


def _read(kind: str, name: str) -> bytes:
    if kind == "env":
        value = os.environ.get(name)
        if value is None:
            raise ConfigError(
                f"the masking key env:{name} is not set", hint=f'export {name}="$(openssl rand -base64 32)"'
            )
        return os.fsencode(value)
    try:
        return Path(name).read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"the masking key file:{name} cannot be read: {error.strerror}") from None
