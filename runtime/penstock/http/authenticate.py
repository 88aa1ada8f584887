"""Signs each attempt afresh, so that a token that was refreshed in between is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from penstock.http.request import HttpRequest, HttpResponse, RequestOptions, Send


def authenticated(
    send: Send,
    credentials: Callable[[], RequestOptions],
    sign: Callable[[HttpRequest], HttpRequest] | None = None,
) -> Send:
    """Wrap `send`: put the credentials of this moment into the request; `sign` sees it last, and whole.

    Raises StreamError where the request claims a place that the credentials need. A header of another spelling,
    such as `authorization`, is replaced.
    """

    def send_signed(request: HttpRequest) -> HttpResponse:
        options = credentials()
        signed = _without_other_spellings(request, options).signed(options)
        return send(signed if sign is None else sign(signed))

    return send_signed


def _without_other_spellings(request: HttpRequest, options: RequestOptions) -> HttpRequest:
    ours = {name.lower(): name for name in options.headers}
    mine = request.declared.headers
    kept = {name: value for name, value in mine.items() if ours.get(name.lower(), name) == name}
    return (
        request
        if len(kept) == len(mine)
        else replace(request, declared=replace(request.declared, headers=kept))
    )
