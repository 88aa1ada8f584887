from __future__ import annotations

from collections.abc import Callable

from penstock.destinations.memory import MemoryDestination
from penstock.testing.fake_api import FakeApi


def test_no_pagination_asks_once(api: FakeApi, read_orders: Callable[[str], MemoryDestination]) -> None:
    """Whatever the answer says about further pages."""
    api.on("/orders", {"items": [{"id": 1}], "next": "/orders?page=2"})

    destination = read_orders("type: NoPagination")

    assert api.paths() == ["/orders"]
    assert destination.records["orders"] == [{"id": 1}]
