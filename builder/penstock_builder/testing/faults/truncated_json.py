from __future__ import annotations

from penstock.authoring import HttpResponse
from penstock_builder.testing.faults import Fault, Strike


def _strike(strike: Strike) -> HttpResponse:
    real = strike.send(strike.request)
    return strike.answer(real.status, real.body[: len(real.body) // 2], **dict(real.headers))


FAULT = Fault("the answer is JSON, and its second half is missing", _strike)
