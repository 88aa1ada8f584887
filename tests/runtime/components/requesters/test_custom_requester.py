from __future__ import annotations

from penstock.components.requesters import REQUESTER
from penstock.http.request import NO_OPTIONS
from penstock.testing.fakes import Fakes, component, json_response


def test_a_class_sends_the_request() -> None:
    """Through the run's own transport."""
    fakes = Fakes(answers=[json_response({"ok": True})])
    declared = component("{type: CustomRequester, class_name: components.ReportRequester}", REQUESTER)

    answer = declared.build(fakes.resources()).fetch({}, NO_OPTIONS, "http://a/report")

    assert answer.json_or_empty == {"ok": True}
    assert [(r.method, r.url) for r in fakes.sent] == [("POST", "http://a/report")]
