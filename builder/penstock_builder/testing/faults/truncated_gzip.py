from __future__ import annotations

from penstock.authoring import HttpResponse, TransportFailure
from penstock_builder.testing.faults import Fault, Strike


def _strike(strike: Strike) -> HttpResponse:
    raise TransportFailure("read", "the answer broke off (EOFError)")


FAULT = Fault("the answer is packed, and its end is missing", _strike)
