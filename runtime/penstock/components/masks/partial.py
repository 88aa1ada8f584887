from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from penstock.components.masks import MASK
from penstock.masking.techniques import Technique, partial
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(MASK)
class Partial:
    """The first and last characters kept, the rest `*`."""

    keep_first: int = field(default=0, doc="Characters kept at the start.", unit="characters")
    keep_last: int = field(default=0, doc="Characters kept at the end.", unit="characters", examples=(4,))
    form: Literal["Text", "Email"] = field(default="Text", doc="`Email` keeps the domain as well.")

    def problems(self) -> Iterator[tuple[str, str]]:
        """Neither end is negative."""
        for name in ("keep_first", "keep_last"):
            if getattr(self, name) < 0:
                yield name, f"`{name}` is zero or more"

    def build(self, using: Resources) -> Technique:
        return partial(self.keep_first, self.keep_last, keep_domain=self.form == "Email")
