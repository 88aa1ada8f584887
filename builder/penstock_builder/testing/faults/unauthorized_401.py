from __future__ import annotations

from penstock_builder.testing.faults import Fault

FAULT = Fault(
    "the API does not take the credentials: 401",
    lambda strike: strike.answer(401, {"error": "unauthorized"}),
    hints={"RETRY": "sending the same credentials again does not help: FAIL, or REFRESH_TOKEN_THEN_RETRY"},
)
