from __future__ import annotations

from typing import Any

DRIVER = "postgresql+psycopg"
EXTRA = "postgres"


def engine_arguments(url: Any, timeout_seconds: int) -> dict[str, Any]:
    """Arguments of `create_engine`: read-only, UTC, one snapshot, statements that end."""
    options = (
        f"-c default_transaction_read_only=on -c statement_timeout={timeout_seconds * 1000} "
        f"-c idle_in_transaction_session_timeout={timeout_seconds * 1000} -c timezone=UTC"
    )
    return {
        "isolation_level": "REPEATABLE READ",
        "connect_args": {"options": options, "connect_timeout": 30, "application_name": "penstock"},
    }


def code(error: Any) -> str:
    """The SQLSTATE of a driver's error, or empty text."""
    return getattr(error, "sqlstate", None) or ""
