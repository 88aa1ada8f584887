from __future__ import annotations

from penstock_builder.testing.faults import Fault

FAULT = Fault(
    "the API fails: 500",
    lambda strike: strike.answer(500, {"error": "try later"}),
    hints={"FAIL": "let it be tried again: `action: RETRY`"},
)
