"""Opens databases for reading, and tells their errors without the SQL and the values they hold."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from penstock._version import DISTRIBUTION
from penstock.errors import ConfigError, DatabaseError, FailureType
from penstock.sql import dialects

Connection = Any
"""A SQLAlchemy connection."""


class Database:
    """A database that is only read. Each `connect` opens a session of its own; safe to use from any thread."""

    def __init__(self, url: str, timeout_seconds: int) -> None:
        import sqlalchemy as sa
        from sqlalchemy import exc

        try:
            parsed = sa.make_url(url)
        except exc.ArgumentError:
            raise ConfigError(
                "the database URL is not one", hint="such as postgresql://user@host/name"
            ) from None
        self._dialect = _dialect(parsed.get_backend_name())
        self.password = parsed.password if isinstance(parsed.password, str) else ""
        self._place = parsed.host or "the database"
        try:
            self._engine = sa.create_engine(
                parsed.set(drivername=self._dialect.DRIVER),
                poolclass=sa.NullPool,
                hide_parameters=True,
                **self._dialect.engine_arguments(parsed, timeout_seconds),
            )
        except ModuleNotFoundError:
            raise ConfigError(
                f"the driver for {parsed.get_backend_name()} is not installed",
                hint=f"pip install '{DISTRIBUTION}[{self._dialect.EXTRA}]'",
            ) from None

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a session. Raises DatabaseError, also for what fails inside."""
        from sqlalchemy import exc

        try:
            with self._engine.connect() as connection:
                yield connection
        except exc.DBAPIError as error:
            raise self._told(error) from None
        except exc.SQLAlchemyError as error:
            raise DatabaseError(
                f"the query cannot be run ({type(error).__name__})", failure_type="config_error"
            ) from None

    def _told(self, error: Any) -> DatabaseError:
        kind = type(error.orig).__name__
        code = self._dialect.code(error.orig)
        named = f"{kind} {code}".strip()
        if not code and kind == "OperationalError":
            return DatabaseError(f"cannot connect to {self._place}", failure_type="transient_error")
        return DatabaseError(f"the database refused: {named}", failure_type=_failure_type(kind, code))


def _failure_type(kind: str, code: str) -> FailureType:
    """Who can act, by SQLSTATE class (PostgreSQL manual, appendix A), SQLite's result code, or DB-API class."""
    if (
        kind == "ProgrammingError"
        or code[:2] in ("28", "3D", "42")
        or code in ("SQLITE_ERROR", "SQLITE_CANTOPEN", "SQLITE_NOTADB")
    ):
        return "config_error"
    if code[:2] in ("08", "40", "53", "55", "57") or code in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return "transient_error"
    return "system_error"


def _dialect(name: str) -> Any:
    known = sorted(module.name for module in pkgutil.iter_modules(dialects.__path__))
    if name not in known:
        raise ConfigError(f"this version reads {', '.join(known)}, not this kind of database")
    return importlib.import_module(f"{dialects.__name__}.{name}")
