"""Masking keys, by reference: `env:NAME` or `file:PATH`. A key is never written down in a manifest."""

from __future__ import annotations

import os
from pathlib import Path

from penstock.errors import ConfigError

SHORTEST = 32
"""Bytes of a key; as many as SHA-256 gives (RFC 2104 §3)."""

_FEWEST_DIFFERENT = 10
_EXAMPLES = ("change", "example", "secret", "password", "0123456789", "abcdefgh", "masking", "penstock")


def key_bytes(reference: str) -> bytes:
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
    return key


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
