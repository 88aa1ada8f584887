from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import URL
from tests.databases import NewDatabase

from penstock.errors import DatabaseError
from penstock.sql.connect import Database
from penstock.sql.reader import Selection, read_rows


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    """A path with a mistake is told, and leaves no empty file behind."""
    path = tmp_path / "orders.sqlite"

    with pytest.raises(DatabaseError, match="SQLITE_CANTOPEN"):
        next(read_rows(Database(f"sqlite:///{path}", 10), Selection(table="orders"), {}, 1))

    assert not path.exists()


@pytest.mark.parametrize(
    "name",
    [pytest.param("100%20?mode=rwc#x.sqlite", id="signs of a URL"), pytest.param("ö é.sqlite", id="letters")],
)
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    """The path is a path, and whatever stands in it opens no file for writing."""
    with sqlite3.connect(tmp_path / name) as connection:
        connection.execute("CREATE TABLE orders AS SELECT 7 AS id")
    connection.close()
    url = URL.create("sqlite", database=str(tmp_path / name)).render_as_string()

    assert list(read_rows(Database(url, 10), Selection(table="orders"), {}, 10)) == [[{"id": 7}]]


def test_the_connection_cannot_write(new_sqlite: NewDatabase) -> None:
    """The file is opened for reading only, so even a statement outside a SELECT changes nothing."""
    database = Database(new_sqlite("CREATE TABLE orders (id integer)"), 10)

    with pytest.raises(DatabaseError, match="SQLITE_READONLY"), database.connect() as connection:
        connection.exec_driver_sql("INSERT INTO orders VALUES (1)")


def test_a_locked_file_is_worth_another_try(tmp_path: Path) -> None:
    """Another process writes: time can help, and the error says so."""
    path = tmp_path / "orders.sqlite"
    writer = sqlite3.connect(path)
    writer.execute("CREATE TABLE orders (id integer)")
    writer.execute("BEGIN EXCLUSIVE")

    with pytest.raises(DatabaseError, match="SQLITE_BUSY") as caught:
        next(read_rows(Database(f"sqlite:///{path}", timeout_seconds=0), Selection(table="orders"), {}, 1))

    assert caught.value.failure_type == "transient_error"
    writer.close()


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("1", 1, id="an integer"),
        pytest.param("1.5", 1.5, id="a real"),
        pytest.param("'text'", "text", id="text"),
        pytest.param("NULL", None, id="NULL"),
        pytest.param("x'00ff'", "AP8=", id="a blob, in base64"),
        pytest.param("json('[1]')", "[1]", id="JSON, which SQLite keeps as text"),
    ],
)
def test_a_value_becomes_json(new_sqlite: NewDatabase, expression: str, value: object) -> None:
    """SQLite's five kinds of values have a JSON form each."""
    selection = Selection(query=f"SELECT {expression} AS value")

    assert list(read_rows(Database(new_sqlite(), 10), selection, {}, 10)) == [[{"value": value}]]
