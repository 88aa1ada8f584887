from __future__ import annotations

from penstock.authoring import HttpResponse, TransportFailure
from penstock_builder.testing.faults import Fault, Strike


def _strike(strike: Strike) -> HttpResponse:
    raise TransportFailure("read", "the answer broke off (ReadError)")


FAULT = Fault("the connection is reset", _strike)
