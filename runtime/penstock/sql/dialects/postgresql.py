from __future__ import annotations

from typing import Any

from penstock.lean import dataclass

DRIVER = "postgresql+psycopg"
EXTRA = "postgres"

_MOMENTS = ("date", "time", "timetz", "timestamp", "timestamptz")


def engine_arguments(url: Any, timeout_seconds: int) -> dict[str, Any]:
    """Arguments of `create_engine`: read-only, UTC, one snapshot, statements that end."""
    options = (
        f"-c default_transaction_read_only=on -c statement_timeout={timeout_seconds * 1000} "
        f"-c idle_in_transaction_session_timeout={timeout_seconds * 1000} -c timezone=UTC -c intervalstyle=iso_8601"
    )
    return {
        "isolation_level": "REPEATABLE READ",
        "connect_args": {
            "options": options,
            "connect_timeout": 30,
            "application_name": "penstock",
            "context": _Context(_adapters()),
        },
    }


def code(error: Any) -> str:
    """The SQLSTATE of a driver's error, or empty text."""
    return getattr(error, "sqlstate", None) or ""


@dataclass(frozen=True, slots=True)
class _Context:
    """What psycopg takes its adapters from."""

    adapters: Any
    connection: None = None


def _adapters() -> Any:
    """How values become Python's: an interval as ISO-8601 text, for it is no number of seconds."""
    import psycopg
    from psycopg.adapt import AdaptersMap
    from psycopg.types.string import TextLoader

    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_loader("interval", TextLoader)
    for name in _MOMENTS:
        oid = adapters.types[name].oid
        usual = adapters.get_loader(oid, psycopg.pq.Format.TEXT)
        adapters.register_loader(oid, _or_text(usual))
    return adapters


def _or_text(usual: Any) -> Any:
    """A loader that gives as text what Python has no value for: `infinity`, years before Christ, `24:00`."""
    import psycopg
    from psycopg.adapt import Loader

    class OrText(Loader):
        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            self._load = usual(oid, context).load

        def load(self, data: Any) -> Any:
            try:
                return self._load(data)
            except psycopg.DataError:
                return bytes(data).decode()

    return OrText
