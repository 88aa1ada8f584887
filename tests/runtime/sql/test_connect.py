from __future__ import annotations

from pathlib import Path

import pytest
from tests.databases import Postgres

from penstock.errors import ConfigError, DatabaseError, FailureType
from penstock.sql.connect import Database


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("no url", "the database URL is not one", id="no URL"),
        pytest.param("mysql://host/shop", "this version reads postgresql, sqlite", id="a kind not known"),
    ],
)
def test_a_url_that_cannot_be_used_is_a_fault_of_the_config(url: str, told: str) -> None:
    """It is told before anything is opened, and without the URL: there may be a password in it."""
    with pytest.raises(ConfigError, match=told) as caught:
        Database(url, 10)

    assert url not in str(caught.value)


def test_a_driver_in_the_url_does_not_count() -> None:
    """Each kind of database is read by the one driver that this version knows."""
    assert Database("postgresql+asyncpg://reader:pa%20ss@host/shop", 10).password == "pa ss"


def test_nothing_is_opened_before_it_is_needed() -> None:
    """A database that cannot be reached is no error until it is read."""
    Database("postgresql://reader@nowhere.invalid/shop", 10)


@pytest.mark.parametrize(
    ("statement", "code", "failure_type"),
    [
        pytest.param("SELECT secret FROM here", "UndefinedTable 42P01", "config_error", id="no such table"),
        pytest.param(
            "SELECT 'secret' FROM pg_authid", "InsufficientPrivilege 42501", "config_error", id="no right"
        ),
        pytest.param(
            "SELECT 'secret'::integer", "InvalidTextRepresentation 22P02", "system_error", id="a bad value"
        ),
        pytest.param(
            "SELECT pg_terminate_backend(pg_backend_pid()), 'secret'",
            "AdminShutdown 57P01",
            "transient_error",
            id="the server goes down",
        ),
    ],
)
def test_what_the_server_refuses_is_told_by_its_code(
    postgres: Postgres, statement: str, code: str, failure_type: FailureType
) -> None:
    """The server's text may hold values, so only kind and code are told, and who can act."""
    database = Database(postgres.new(), 10)

    with pytest.raises(DatabaseError) as caught, database.connect() as connection:
        connection.exec_driver_sql(statement)

    assert str(caught.value) == f"the database refused: {code}"
    assert caught.value.failure_type == failure_type
    assert caught.value.__suppress_context__


def test_a_server_that_does_not_answer_is_named_by_its_host(tmp_path: Path) -> None:
    """No user, no password and no database name: only the host, and that time can help."""
    database = Database("postgresql://reader:secret@127.0.0.1:1/shop", 10)

    with (
        pytest.raises(DatabaseError, match=r"^cannot connect to 127\.0\.0\.1$") as caught,
        database.connect(),
    ):
        pass

    assert caught.value.failure_type == "transient_error"


def test_a_file_that_is_no_database_is_a_fault_of_the_config(tmp_path: Path) -> None:
    """Another try would not help."""
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, and long enough to be read as a header")
    database = Database(f"sqlite:///{path}", 10)

    with pytest.raises(DatabaseError, match="SQLITE_NOTADB") as caught, database.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM orders")

    assert caught.value.failure_type == "config_error"
