from __future__ import annotations

from typing import Any

from penstock.components.streams import GROUP_ACTION
from penstock.registry import component


@component(GROUP_ACTION)
class BlockSimultaneousSyncsAction:
    """Read one stream of the group at a time."""

    def build(self, using: Any) -> None:
        """Nothing is bound: that there is a group says it all."""
