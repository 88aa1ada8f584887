from __future__ import annotations

import decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.databases import NewDatabase, Postgres

from penstock.errors import DatabaseError
from penstock.sql.connect import Database
from penstock.sql.reader import Record, Selection, as_json, read_rows

ORDERS = (
    "CREATE TABLE orders (id integer, region text, updated_at text)",
    "INSERT INTO orders VALUES (1, 'north', '2024-01-03'), (2, 'south', '2024-01-01'), (3, 'north', '2024-01-02'), "
    "(4, 'south', '2024-01-04'), (5, 'north', NULL)",
)


def rows(url: str, selection: Selection, **values: object) -> list[Record]:
    return [row for chunk in read_rows(Database(url, 10), selection, values, 100) for row in chunk]


def test_a_table_is_read_as_records(new_database: NewDatabase) -> None:
    """Each row is an object with a field for each column, in the table's order."""
    url = new_database(*ORDERS)

    read = rows(url, Selection(table="orders"))

    assert read[0] == {"id": 1, "region": "north", "updated_at": "2024-01-03"}
    assert list(read[0]) == ["id", "region", "updated_at"]
    assert len(read) == 5


def test_rows_come_in_chunks_of_bounded_size(new_database: NewDatabase) -> None:
    """No more than a chunk is held at a time; the last may be smaller."""
    url = new_database(*ORDERS)

    chunks = read_rows(Database(url, 10), Selection(table="orders"), {}, chunk_size=2)

    assert [len(chunk) for chunk in chunks] == [2, 2, 1]


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("order", id="a word of SQL"),
        pytest.param("Mixed Case", id="a space and capitals"),
        pytest.param('"; DROP TABLE orders; --', id="SQL"),
    ],
)
def test_a_table_is_named_as_it_is(new_database: NewDatabase, table: str) -> None:
    """The name is quoted: whatever stands in it, it is the name of a table."""
    quoted = table.replace('"', '""')
    url = new_database(f'CREATE TABLE "{quoted}" (id integer)', f'INSERT INTO "{quoted}" VALUES (7)')

    assert rows(url, Selection(table=table)) == [{"id": 7}]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT id FROM orders WHERE region = :region", id="a plain query"),
        pytest.param("SELECT id FROM orders WHERE region = :region;", id="a semicolon at the end"),
        pytest.param("SELECT id FROM orders WHERE region = :region -- why", id="a comment at the end"),
        pytest.param(
            "SELECT id FROM orders WHERE region LIKE 's%' AND region = :region", id="a percent sign"
        ),
        pytest.param("WITH w AS (SELECT * FROM orders) SELECT id FROM w WHERE region = :region", id="WITH"),
        pytest.param(
            "SELECT id FROM orders WHERE region = :region AND 'a :b' <> ':c'", id="colons that bind nothing"
        ),
        pytest.param(
            "SELECT id FROM orders WHERE region = CAST(:region AS text) OR :region = ''", id="bound twice"
        ),
    ],
)
def test_a_query_takes_bound_values(new_database: NewDatabase, query: str) -> None:
    """`:name` stands for the value of that name, wherever it is; any other colon is left alone."""
    url = new_database(*ORDERS)

    assert rows(url, Selection(query=query), region="south") == [{"id": 2}, {"id": 4}]


def test_a_bound_value_is_never_sql(new_database: NewDatabase) -> None:
    """Text that would be SQL, were it pasted, is compared as the text that it is."""
    url = new_database(*ORDERS)
    selection = Selection(query="SELECT id FROM orders WHERE region = :region")

    assert rows(url, selection, region="' OR ''='") == []


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT id FROM orders; DELETE FROM orders", id="two statements"),
        pytest.param("DELETE FROM orders", id="no SELECT"),
        pytest.param("SELECT secret FROM orders", id="an unknown column"),
        pytest.param("SELECT id FROM orders WHERE region = :region", id="a value that is not bound"),
    ],
)
def test_a_query_is_one_select_that_can_run(new_database: NewDatabase, query: str) -> None:
    """Anything else is refused, with no word of the SQL, and it is the user who can act."""
    url = new_database(*ORDERS)

    with pytest.raises(DatabaseError, match="the database refused") as caught:
        rows(url, Selection(query=query))

    assert caught.value.failure_type == "config_error"
    assert "orders" not in str(caught.value)
    assert len(rows(url, Selection(table="orders"))) == 5


def test_columns_of_one_name_are_refused(postgres: Postgres) -> None:
    """A record could hold only one of them, so the other would be lost in silence. (SQLite itself renames one.)"""
    url = postgres.new(*ORDERS)
    selection = Selection(query="SELECT a.id AS id, b.id AS id FROM orders a JOIN orders b ON a.id = b.id")

    with pytest.raises(DatabaseError, match="two columns of the query have one name"):
        rows(url, selection)


@pytest.mark.parametrize(
    ("start", "inclusive", "ids"),
    [
        pytest.param(None, True, [5, 2, 3, 1, 4], id="without a start: all, first those without a value"),
        pytest.param("2024-01-02", True, [3, 1, 4], id="from a value on"),
        pytest.param("2024-01-02", False, [1, 4], id="beyond a value"),
        pytest.param("2024-01-04", False, [], id="nothing is new"),
    ],
)
@pytest.mark.parametrize(
    "source",
    [
        pytest.param({"table": "orders"}, id="of a table"),
        pytest.param({"query": "SELECT * FROM orders ORDER BY id DESC"}, id="of a query"),
    ],
)
def test_a_cursor_field_orders_and_bounds_the_rows(
    new_database: NewDatabase, source: dict[str, str], start: str | None, *, inclusive: bool, ids: list[int]
) -> None:
    """Rows come in the order of the cursor field, from its start on, so that a read can go on where it ended.

    Rows without a value come first, and only where there is no start: once any value is saved they are read.
    """
    url = new_database(*ORDERS)

    read = rows(url, Selection(**source, cursor_field="updated_at", start=start, inclusive=inclusive))

    assert [row["updated_at"] for row in read] == sorted(
        (row["updated_at"] for row in read), key=lambda v: v or ""
    )
    assert sorted(row["id"] for row in read) == sorted(ids)


def test_a_read_that_is_given_up_leaves_the_table_free(postgres: Postgres) -> None:
    """Closing the iterator ends the session, so the table, which a reader holds, can be dropped at once."""
    url = postgres.new(*ORDERS)
    chunks = read_rows(Database(url, 10), Selection(table="orders"), {}, chunk_size=1)
    next(chunks)

    chunks.close()

    postgres.run(url, "SET lock_timeout = '5s'", "DROP TABLE orders")


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_a_decimal_is_a_number_only_where_that_is_exact(value: decimal.Decimal) -> None:
    """A decimal that no JSON number of 64 bit holds exactly stays text, digit by digit."""
    made = as_json(value)

    if isinstance(made, str):
        assert made == str(value)
    else:
        assert decimal.Decimal(repr(made)) == value
