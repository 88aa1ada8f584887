from __future__ import annotations

import datetime as dt
from email.utils import format_datetime

from penstock.authoring import HttpResponse
from penstock_builder.testing.faults import ASKED_SECONDS, Fault, Header, Strike


def _strike(strike: Strike) -> HttpResponse:
    until = strike.now.astimezone(dt.UTC) + dt.timedelta(seconds=ASKED_SECONDS)
    return strike.answer(429, {}, Retry_After=format_datetime(until, usegmt=True))


FAULT = Fault(
    "too many requests: 429 with Retry-After as a date",
    _strike,
    asks=Header("Retry-After", ""),
    hints={"FAIL": "add an HttpResponseFilter with `http_codes: [429]` and `action: RATE_LIMITED`"},
)
