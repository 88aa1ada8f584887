from __future__ import annotations

from penstock_builder.testing.faults import Fault

FAULT = Fault(
    "the API is not available: 503",
    lambda strike: strike.answer(503, {"error": "try later"}),
    hints={"FAIL": "let it be tried again: `action: RETRY`"},
)
