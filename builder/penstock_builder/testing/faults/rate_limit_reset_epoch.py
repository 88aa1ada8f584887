from __future__ import annotations

from penstock_builder.testing.faults import ASKED_SECONDS, Fault, Header

FAULT = Fault(
    "too many requests: 429 with X-RateLimit-Reset in epoch seconds",
    lambda strike: strike.answer(429, {}, X_RateLimit_Reset=str(int(strike.now.timestamp()) + ASKED_SECONDS)),
    asks=Header("X-RateLimit-Reset", "WaitUntilTimeFromHeader"),
    hints={"FAIL": "add an HttpResponseFilter with `http_codes: [429]` and `action: RATE_LIMITED`"},
)
