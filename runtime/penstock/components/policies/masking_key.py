from __future__ import annotations

from collections.abc import Iterator

from penstock.components.policies import MASKING_KEY, PREVIOUS_KEY, KeyRing
from penstock.masking.keys import Key
from penstock.records.resources import Resources
from penstock.registry import Buildable, component, field


@component(MASKING_KEY)
class MaskingKey:
    """A key, named by where it is kept; it is never written down in a policy."""

    ref: str = field(
        doc="Where the key is: `env:NAME` or `file:PATH`; at least 32 bytes.",
        examples=("env:MASKING_KEY_2026",),
    )
    id: str = field(
        doc="A name for the key, part of what it makes, so that keys can change.", examples=("p26",)
    )
    previous: list[Buildable[Key | None]] = field(
        default=[],
        doc="Older keys. While one is alive, fields that it masks have a second one beside them: `email__p25`.",
        slot=PREVIOUS_KEY,
        implied="PreviousKey",
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """The id is one word."""
        if not self.id.isalnum():
            yield "id", "a key id is made of letters and digits"

    def build(self, using: Resources) -> KeyRing:
        older = [previous.build(using) for previous in self.previous]
        return KeyRing(Key(using.key(self.ref), self.id), tuple(key for key in older if key is not None))
