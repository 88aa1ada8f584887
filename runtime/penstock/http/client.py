"""httpx as we use it. The only file that imports the library; itself imported with the first request."""

from __future__ import annotations

import sys
from typing import Any

_COMMAND_LINE = "httpx._main"
"""It would import rich and pygments: a tenth of our start-up. httpx expects that importing it may fail."""

if "httpx" not in sys.modules:
    sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment]

import httpx  # noqa: E402 - only now

if sys.modules.get(_COMMAND_LINE, httpx) is None:
    del sys.modules[_COMMAND_LINE]

__all__ = ["Client", "httpx"]


class _Cookies(httpx.Cookies):
    """Looks at an answer only where it sets a cookie: the look alone takes a tenth of a small request's time."""

    def extract_cookies(self, response: httpx.Response) -> None:
        if "Set-Cookie" in response.headers:
            super().extract_cookies(response)


class Client(httpx.Client):
    """httpx's client, which keeps what cookies a server sets."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._cookies = _Cookies()
