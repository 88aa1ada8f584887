from __future__ import annotations

from penstock.authoring import HttpResponse
from penstock_builder.testing.faults import Fault, Strike


def _strike(strike: Strike) -> HttpResponse:
    return strike.before if strike.before is not None else strike.send(strike.request)


FAULT = Fault("the page before is answered again", _strike, needs_page=2)
