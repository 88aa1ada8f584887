from __future__ import annotations

from penstock_builder.testing.faults import ASKED_SECONDS, Fault, Header

FAULT = Fault(
    "too many requests: 429 with RateLimit-Reset in seconds",
    lambda strike: strike.answer(429, {}, RateLimit_Reset=str(ASKED_SECONDS)),
    asks=Header("RateLimit-Reset", "WaitTimeFromHeader"),
    hints={"FAIL": "add an HttpResponseFilter with `http_codes: [429]` and `action: RATE_LIMITED`"},
)
