"""What can go wrong with an API, one file each: found by listing this folder, named as its file.

A file holds `FAULT`. The one request that it strikes is answered by it; the next attempt meets the real API again.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from penstock.authoring import HttpRequest, HttpResponse, Json, Send

ASKED_SECONDS = 90
"""So long do the rate limits of rehearsals last."""


@dataclass(frozen=True, slots=True)
class Strike:
    """The request that a fault strikes. `send` gives the real answer, `before` is that of the page before, if any."""

    request: HttpRequest
    send: Send
    before: HttpResponse | None
    now: dt.datetime

    def answer(self, status: int, body: bytes | Json = b"", **headers: str) -> HttpResponse:
        """An answer of our own. Underscores in the names of headers stand for dashes."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = {"Content-Type": "application/json", **given}
        return HttpResponse(status, kind, raw, url=self.request.full_url(), request=self.request)


@dataclass(frozen=True, slots=True)
class Header:
    """A header that asks to wait, and the component that reads it, if there is one."""

    name: str
    read_by: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong. `strike` gives the answer, or raises TransportFailure.

    `asks` is the header that says how long to wait, ASKED_SECONDS. `needs_page` is the first page that it can strike.
    `hints` say by action, `*` for any, what to do where the manifest makes that of it.
    """

    what: str
    strike: Callable[[Strike], HttpResponse]
    asks: Header | None = None
    needs_page: int = 1
    hints: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1)
def all_faults() -> Mapping[str, Fault]:
    """Every fault by name, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").FAULT for name in names}
