from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import quote

DRIVER = "sqlite"
EXTRA = ""


def engine_arguments(url: Any, timeout_seconds: int) -> dict[str, Any]:
    """Arguments of `create_engine`: the file is opened for reading only; a missing one is not made."""

    def connect() -> sqlite3.Connection:
        path = quote(url.database or "")
        return sqlite3.connect(
            f"file:{path}?mode=ro", uri=True, timeout=timeout_seconds, check_same_thread=False
        )

    return {"creator": connect}


def code(error: Any) -> str:
    """The symbolic name of a driver's error, such as SQLITE_BUSY, or empty text."""
    return getattr(error, "sqlite_errorname", "") or ""
