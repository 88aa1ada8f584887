from __future__ import annotations

from penstock.authoring import HttpResponse, TransportFailure
from penstock_builder.testing.faults import Fault, Strike


def _strike(strike: Strike) -> HttpResponse:
    raise TransportFailure("timeout", "no answer in time (ReadTimeout)")


FAULT = Fault("no answer comes in time", _strike)
