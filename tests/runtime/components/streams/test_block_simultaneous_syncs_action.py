from __future__ import annotations

from penstock.components.streams import GROUP_ACTION
from penstock.testing.fakes import Fakes, component


def test_it_has_no_settings() -> None:
    """That it is named says it all: what it does is done where streams are read."""
    action = component("{type: BlockSimultaneousSyncsAction}", GROUP_ACTION)

    action.build(Fakes().resources())
