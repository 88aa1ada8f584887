from __future__ import annotations

from penstock_builder.testing.faults import Fault

FAULT = Fault(
    "the answer is empty, with 200",
    lambda strike: strike.answer(200),
    hints={
        "SUCCESS": "an empty answer passes for one without records; if the API gives one when it is busy, add an "
        "HttpResponseFilter with `action: RETRY` and the predicate `{{ not response }}`"
    },
)
