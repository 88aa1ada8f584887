from __future__ import annotations

from penstock_builder.testing.faults import Fault

FAULT = Fault(
    "a page in HTML where JSON is asked for, with 502",
    lambda strike: strike.answer(502, b"<html><body>Busy</body></html>", Content_Type="text/html"),
    hints={"FAIL": "let it be tried again: `action: RETRY`"},
)
