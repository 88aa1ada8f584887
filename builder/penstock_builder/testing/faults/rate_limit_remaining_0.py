from __future__ import annotations

from penstock_builder.testing.faults import ASKED_SECONDS, Fault, Header

FAULT = Fault(
    "too many requests, told as 403 with X-RateLimit-Remaining: 0",
    lambda strike: strike.answer(
        403,
        {},
        X_RateLimit_Remaining="0",
        X_RateLimit_Reset=str(int(strike.now.timestamp()) + ASKED_SECONDS),
    ),
    asks=Header("X-RateLimit-Reset", "WaitUntilTimeFromHeader"),
    hints={
        "FAIL": "where the API limits this way, add an HttpResponseFilter with `action: RATE_LIMITED` and the predicate "
        "`{{ headers.get('X-RateLimit-Remaining') == '0' }}`"
    },
)
