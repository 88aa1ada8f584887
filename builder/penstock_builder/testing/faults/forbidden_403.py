from __future__ import annotations

from penstock_builder.testing.faults import Fault

FAULT = Fault(
    "the credentials do not give access: 403",
    lambda strike: strike.answer(403, {"error": "forbidden"}),
    hints={
        "RETRY": "access does not come by asking again: FAIL, or IGNORE where only some partitions are closed"
    },
)
