from __future__ import annotations

from penstock.destinations import Part
from penstock.destinations.memory import MemoryDestination
from penstock.errors import RequestError
from penstock.testing.streams import batch, stream


def test_everything_is_kept_by_stream() -> None:
    """Records in the order of arrival, every state, every error, and whether all was read."""
    destination, part, error = MemoryDestination(), Part(1, ""), RequestError("closed")
    destination.started(stream("orders"))
    destination.started(stream("people"))

    destination.write(batch("orders", {"id": 1}), part)
    destination.checkpoint("orders", {"id": 1})
    destination.failed("orders", error)
    destination.finished("orders", {"id": 1}, complete=False)
    destination.finished("people", {}, complete=True)

    assert destination.records == {"orders": [{"id": 1}], "people": []}
    assert destination.states == {"orders": [{"id": 1}, {"id": 1}], "people": [{}]}
    assert destination.errors == {"orders": [error]}
    assert destination.complete == {"orders": False, "people": True}
