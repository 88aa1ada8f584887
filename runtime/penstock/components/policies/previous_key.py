from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from penstock.components.policies import PREVIOUS_KEY
from penstock.masking.keys import Key
from penstock.records.resources import Resources
from penstock.registry import component, field


@component(PREVIOUS_KEY)
class PreviousKey:
    """A key from before, for as long as what it made must still join."""

    ref: str = field(doc="Where the key is: `env:NAME` or `file:PATH`.", examples=("env:MASKING_KEY_2025",))
    id: str = field(doc="The name that the key had.", examples=("p25",))
    until: str = field(doc="The last day on which it is used, in UTC.", examples=("2026-12-31",))

    def problems(self) -> Iterator[tuple[str, str]]:
        """The id is one word, the day is one."""
        if not self.id.isalnum():
            yield "id", "a key id is made of letters and digits"
        try:
            dt.date.fromisoformat(self.until)
        except ValueError:
            yield "until", "`until` is a day such as 2026-12-31"

    def build(self, using: Resources) -> Key | None:
        """The key; None once its time is over, so that it need not be kept."""
        if using.clock().astimezone(dt.UTC).date() > dt.date.fromisoformat(self.until):
            return None
        return Key(using.key(self.ref), self.id)
