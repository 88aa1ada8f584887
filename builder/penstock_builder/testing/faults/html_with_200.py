from __future__ import annotations

from penstock_builder.testing.faults import Fault

FAULT = Fault(
    "a page in HTML where JSON is asked for, with 200",
    lambda strike: strike.answer(200, b"<html><body>Busy</body></html>", Content_Type="text/html"),
    hints={
        "SUCCESS": "if the API does this when it is busy, add an HttpResponseFilter with `action: RETRY` and the predicate `{{ 'text/html' in headers.get('Content-Type', '') }}`"
    },
)
