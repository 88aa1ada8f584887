from __future__ import annotations

from contextlib import closing

import pytest
from tests.databases import Postgres

from penstock.errors import DatabaseError
from penstock.sql.connect import Database
from penstock.sql.reader import Selection, read_rows


def value_of(url: str, expression: str, timeout_seconds: int = 10) -> object:
    selection = Selection(query=f"SELECT {expression} AS value")
    ((row,),) = read_rows(Database(url, timeout_seconds), selection, {}, 1)
    return row["value"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        pytest.param("transaction_read_only", "on", id="it cannot write"),
        pytest.param("transaction_isolation", "repeatable read", id="it sees one snapshot"),
        pytest.param("statement_timeout", "7s", id="a statement ends"),
        pytest.param("idle_in_transaction_session_timeout", "7s", id="a session that is left alone ends"),
        pytest.param("TimeZone", "UTC", id="moments come in UTC"),
        pytest.param("application_name", "penstock", id="the server's owner sees who reads"),
    ],
)
def test_a_session_is_bounded(postgres: Postgres, setting: str, value: str) -> None:
    """What a session may do is set when it opens, by the server and not by our care."""
    assert value_of(postgres.new(), f"current_setting('{setting}')", timeout_seconds=7) == value


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("add_order()", id="a function that inserts"),
        pytest.param("set_config('transaction_read_only', 'off', false)", id="leave to write"),
        pytest.param("nextval('numbers')", id="the next number of a sequence"),
    ],
)
def test_a_session_cannot_write(postgres: Postgres, expression: str) -> None:
    """Even a SELECT that would change something is refused, whatever rights the user has."""
    url = postgres.new(
        "CREATE TABLE orders (id integer)",
        "CREATE SEQUENCE numbers",
        "CREATE FUNCTION add_order() RETURNS integer LANGUAGE sql AS 'INSERT INTO orders VALUES (1) RETURNING id'",
    )

    with pytest.raises(DatabaseError, match="the database refused"):
        value_of(url, expression)

    assert postgres.run(url, "SELECT count(*) FROM orders") == [(0,)]
    assert postgres.run(url, "SELECT is_called FROM numbers") == [(False,)]


def test_rows_are_fetched_from_a_cursor_of_the_server(postgres: Postgres) -> None:
    """While a chunk is used the server holds the rest: the session's last statement fetched one chunk."""
    url = postgres.new("CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id")

    with closing(read_rows(Database(url, 10), Selection(table="orders"), {}, chunk_size=20)) as chunks:
        sizes = [len(next(chunks)), len(next(chunks))]
        ((last_statement,),) = postgres.run(
            url,
            "SELECT split_part(query, ' FROM ', 1) FROM pg_stat_activity "
            "WHERE application_name = 'penstock' AND usename = current_user",
        )

    assert sizes == [20, 20]
    assert last_statement == "FETCH FORWARD 20"


def test_a_read_sees_the_table_as_it_was(postgres: Postgres) -> None:
    """Rows that come in while a table is read belong to the next read."""
    url = postgres.new("CREATE TABLE orders AS SELECT generate_series(1, 4) AS id")
    chunks = read_rows(Database(url, 10), Selection(table="orders", cursor_field="id"), {}, chunk_size=2)
    next(chunks)

    postgres.run(url, "INSERT INTO orders VALUES (5)")

    assert list(chunks) == [[{"id": 3}, {"id": 4}]]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("12.50::numeric", 12.5, id="a decimal that a number holds exactly"),
        pytest.param("3.00::numeric", 3, id="a decimal without a fraction"),
        pytest.param("12345678901234567890.12::numeric", "12345678901234567890.12", id="a decimal too long"),
        pytest.param("'NaN'::numeric", "NaN", id="a decimal that is none"),
        pytest.param("9223372036854775807::bigint", 2**63 - 1, id="the largest bigint"),
        pytest.param("1.5::double precision", 1.5, id="a float"),
        pytest.param("true", True, id="a boolean"),
        pytest.param("NULL::integer", None, id="NULL"),
        pytest.param("'2024-03-01'::date", "2024-03-01", id="a date"),
        pytest.param("'10:20:30.5'::time", "10:20:30.500000", id="a time"),
        pytest.param("'2024-03-01 10:00'::timestamp", "2024-03-01T10:00:00", id="a moment without a zone"),
        pytest.param(
            "'2024-03-01 10:00+02'::timestamptz", "2024-03-01T08:00:00+00:00", id="a moment with a zone"
        ),
        pytest.param("'infinity'::timestamptz", "infinity", id="a moment that never comes"),
        pytest.param("'0044-03-15 BC'::date", "0044-03-15 BC", id="a date before Christ"),
        pytest.param("'24:00'::time", "24:00:00", id="midnight at the end of a day"),
        pytest.param(
            "'1 year 2 mons 3 days 04:05:06.789012'::interval", "P1Y2M3DT4H5M6.789012S", id="an interval"
        ),
        pytest.param("'-1 day'::interval", "P-1D", id="an interval backwards"),
        pytest.param("'\\x00ff'::bytea", "AP8=", id="bytes"),
        pytest.param(
            "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            id="a UUID",
        ),
        pytest.param("'{\"a\": [1, 2.5, null]}'::jsonb", {"a": [1, 2.5, None]}, id="jsonb"),
        pytest.param("'[true]'::json", [True], id="json"),
        pytest.param("ARRAY[[1, 2], [3, NULL]]", [[1, 2], [3, None]], id="an array of arrays"),
        pytest.param("ARRAY[1.5::numeric]", [1.5], id="an array of decimals"),
        pytest.param(
            "ARRAY['2024-03-01'::date, 'infinity'::date]", ["2024-03-01", "infinity"], id="an array of dates"
        ),
        pytest.param("ARRAY['1 day'::interval]", ["P1D"], id="an array of intervals"),
        pytest.param("'10.0.0.1'::inet", "10.0.0.1", id="an address"),
        pytest.param("'sad'::mood", "sad", id="an enum"),
        pytest.param("B'101'", "101", id="bits"),
        pytest.param("int4range(1, 5)", "[1, 5)", id="a range"),
    ],
)
def test_a_value_becomes_json(postgres: Postgres, expression: str, value: object) -> None:
    """Every value has one JSON form that loses nothing; what has no form of its own is the server's text."""
    url = postgres.new("CREATE TYPE mood AS ENUM ('sad', 'happy')")

    assert value_of(url, expression) == value
