"""What a session token is used for, once the login gave it."""

from __future__ import annotations

from collections.abc import Callable

from penstock.http.request import RequestOptions
from penstock.registry import Kind

SESSION_TOKEN_USE: Kind[Callable[[str], RequestOptions]] = Kind(
    "session_token_use", "Puts a session token into requests."
)
