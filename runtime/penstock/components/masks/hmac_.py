from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from penstock.components.masks import MASK
from penstock.masking.techniques import Technique, pseudonym
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(MASK)
class Hmac:
    """A pseudonym: the same value gives the same one, and without the key none can be guessed. Joins still hold."""

    domain: str = field(
        doc="What the values are; only values of one domain can be joined.", examples=("person",)
    )
    key: str = field(
        default="env:PENSTOCK_MASKING_KEY",
        doc="The key, by reference: `env:NAME` or `file:PATH`; at least 32 bytes.",
        examples=("env:MASKING_KEY_2026",),
    )
    key_id: str = field(
        default="k1", doc="A name for the key, part of every pseudonym, so that keys can change."
    )
    length: int = field(
        default=26, doc="Characters of the pseudonym after the key id, 16 to 52.", unit="characters"
    )
    normalize: list[Literal["trim", "lower"]] = field(
        default=[], doc="What to even out in text first.", examples=(["trim", "lower"],)
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A pseudonym is long enough not to collide and short enough to exist; its key id is one word."""
        if not 16 <= self.length <= 52:
            yield "length", "a pseudonym has 16 to 52 characters"
        if not self.key_id.isalnum():
            yield "key_id", "a key id is made of letters and digits"

    def build(self, using: Resources) -> Technique:
        return pseudonym(using.key(self.key), self.key_id, self.domain, self.length, self.normalize)
