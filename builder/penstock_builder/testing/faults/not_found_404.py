from __future__ import annotations

from penstock_builder.testing.faults import Fault

FAULT = Fault(
    "the resource is not there: 404",
    lambda strike: strike.answer(404, {"error": "not found"}),
    hints={
        "RETRY": "a resource does not come back by asking again: FAIL, or IGNORE where partitions may be gone"
    },
)
