from __future__ import annotations

from typing import Any

import pytest

requests = pytest.importorskip(
    "requests", reason="a library of airbyte-cdk's, which is never installed by us"
)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        pytest.param({}, (30.0, 120.0), id="none is given"),
        pytest.param({"timeout": 5}, 5, id="one is given"),
    ],
)
def test_a_request_has_a_time_out(monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], used: Any) -> None:
    """`requests` would wait for ever."""
    from penstock.custom.airbyte.limits import bound_requests

    seen: list[Any] = []

    def send(adapter: Any, request: Any, stream: bool, timeout: Any, *more: Any, **rest: Any) -> Any:
        seen.append(timeout)
        response = requests.Response()
        response.status_code, response.raw, response.request = 200, None, request
        response._content = b""
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    bound_requests()
    bound_requests()

    requests.get("http://localhost:1/", **given)

    assert seen == [used]
