"""Saved states under a key: AES-SIV (RFC 5297), which is deterministic, so that equal states stay equal."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from penstock.errors import ConfigError
from penstock.masking.keys import Key, subkey

Json = Any

SEALED = "penstock_sealed"
"""The one field of a sealed state: the id of its key, a dot, and the sealed text in base64url."""


class Sealer:
    """Seals states with one key, and opens those of older keys too."""

    def __init__(self, key: Key, previous: Sequence[Key] = (), purpose: str = "State") -> None:
        self._id = key.id
        self._purpose = [purpose.encode()]
        self._ciphers = {one.id: _cipher(one, purpose) for one in (key, *previous)}

    def seal(self, state: Mapping[str, Json]) -> Mapping[str, Json]:
        """A state that tells nothing; one that is sealed already is given back."""
        if self._plain(state) is not None:
            return state
        plain = json.dumps(state, separators=(",", ":")).encode()
        sealed = self._ciphers[self._id].encrypt(plain, self._purpose)
        return {SEALED: f"{self._id}.{base64.urlsafe_b64encode(sealed).decode('ascii')}"}

    def unseal(self, saved: Mapping[str, Json]) -> Mapping[str, Json]:
        """The state as it was; one that is not sealed is given back. Raises ConfigError where its key is another."""
        if not is_sealed(saved):
            return saved
        plain = self._plain(saved)
        if plain is None:
            raise ConfigError(
                "the saved state is sealed with another key",
                hint="name that key under `previous`, or sync with --full-refresh",
            )
        state: Mapping[str, Json] = json.loads(plain)
        return state

    def _plain(self, saved: Mapping[str, Json]) -> bytes | None:
        """What is in a sealed state; None where it is none, or no key opens it."""
        if not is_sealed(saved):
            return None
        key_id, _, sealed = saved[SEALED].partition(".")
        from cryptography.exceptions import InvalidTag

        try:
            plain: bytes = self._ciphers[key_id].decrypt(base64.urlsafe_b64decode(sealed), self._purpose)
        except (KeyError, ValueError, InvalidTag):
            return None
        return plain


def is_sealed(saved: Mapping[str, Json]) -> bool:
    """Whether a state is one that was sealed."""
    return saved.keys() == {SEALED} and isinstance(saved[SEALED], str)


def _cipher(key: Key, purpose: str) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(subkey(key, purpose, "", 64))
