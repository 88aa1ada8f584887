from __future__ import annotations

from penstock_builder.testing.faults import Fault

FAULT = Fault(
    "an error told with 200, as GraphQL does",
    lambda strike: strike.answer(200, {"data": None, "errors": [{"message": "internal error"}]}),
    hints={
        "SUCCESS": "an error passes for an answer: add an HttpResponseFilter with the predicate "
        "`{{ 'errors' in response }}`"
    },
)
