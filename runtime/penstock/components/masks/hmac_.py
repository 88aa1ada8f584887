from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from penstock.components.masks import KEY_ID_PROBLEM, MASK, domain_field, key_field, key_id_field
from penstock.masking.techniques import Technique, pseudonym
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(MASK)
class Hmac:
    """A pseudonym: the same value gives the same one, and without the key none can be guessed. Joins still hold."""

    domain: str = domain_field()
    key: str = key_field()
    key_id: str = key_id_field()
    length: int = field(
        default=26, doc="Characters of the pseudonym after the key id, 16 to 52.", unit="characters"
    )
    normalize: list[Literal["trim", "lower"]] = field(
        default=[], doc="What to even out in text first.", examples=(["trim", "lower"],)
    )
    hash_empty: bool = field(
        default=False, doc="Whether empty text gets a pseudonym as well; else it stays empty."
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A pseudonym is long enough not to collide and short enough to exist; its key id is one word."""
        if not 16 <= self.length <= 52:
            yield "length", "a pseudonym has 16 to 52 characters"
        if not self.key_id.isalnum():
            yield KEY_ID_PROBLEM

    def build(self, using: Resources) -> Technique:
        key = using.key(self.key)
        technique = pseudonym(key, key.id or self.key_id, self.domain, self.length, self.normalize)
        return replace(technique, takes_empty=self.hash_empty)
