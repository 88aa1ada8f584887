"""Bounds on what airbyte-cdk sends by itself: `requests` waits for ever where no time-out is given."""

from __future__ import annotations

from typing import Any

from requests.adapters import HTTPAdapter

from penstock.http.transport import Limits


def bound_requests() -> None:
    """From now on give each request of `requests` in this process that has no time-out the one of our transport."""
    adapter: Any = HTTPAdapter  # there is no hook for a default
    if not isinstance(adapter.send, _Bounded):
        adapter.send = _Bounded(adapter.send)


class _Bounded:
    """`HTTPAdapter.send` with a time-out."""

    def __init__(self, send: Any) -> None:
        self._send = send

    def __get__(self, adapter: Any, owner: type | None = None) -> Any:
        if adapter is None:
            return self
        limits = Limits()

        def send(request: Any, stream: bool = False, timeout: Any = None, *more: Any, **rest: Any) -> Any:  # noqa: FBT001, FBT002 - its signature
            bounded = timeout or (limits.connect_seconds, limits.read_seconds)
            return self._send(adapter, request, stream, bounded, *more, **rest)

        return send
