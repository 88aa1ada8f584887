from __future__ import annotations

import pytest
from tests.databases import NewDatabase

from penstock.destinations.memory import MemoryDestination
from penstock.errors import ConfigError, DatabaseError, ManifestError
from penstock.testing.fakes import Fakes, run

MANIFEST = """
version: 7.0.0
check: {stream_names: [orders]}
streams:
  - name: orders
    %s
"""
ORDERS = (
    "CREATE TABLE orders (id integer, region text, total integer)",
    "INSERT INTO orders VALUES (1, 'north', 10), (2, 'south', 20), (3, 'north', 30)",
)


def read_orders(url: str, stream: str, fakes: Fakes | None = None) -> MemoryDestination:
    """Read the stream `orders`, declared by these lines of YAML."""
    return run(MANIFEST % stream.strip(), {"url": url}, fakes=fakes)


def ids(read: MemoryDestination) -> list[int]:
    return sorted(record["id"] for record in read.records["orders"])


def test_a_table_is_a_stream(new_database: NewDatabase) -> None:
    """Its rows are the records, and they go the way of all records: filter, transformations, masks."""
    read = read_orders(
        new_database(*ORDERS),
        """
    retriever:
      type: SqlRetriever
      url: "{{ config['url'] }}"
      table: orders
      record_filter: {condition: "{{ record['total'] > 10 }}"}
    transformations:
      - {type: RemoveFields, field_pointers: [[region]]}
      - {type: MaskFields, fields: [total], mask: {type: Redact}}
        """,
    )

    assert read.records["orders"] == [{"id": 2, "total": "***"}, {"id": 3, "total": "***"}]


def test_a_query_is_read_with_values_of_the_config(new_database: NewDatabase) -> None:
    """Values come in by name and are bound, so a value that looks like SQL is a value."""
    stream = """
    retriever:
      type: SqlRetriever
      url: "{{ config['url'] }}"
      query: SELECT id FROM orders WHERE region = :region OR region = :other
      bind: {region: north, other: "' OR 1=1 --"}
    """

    assert ids(read_orders(new_database(*ORDERS), stream)) == [1, 3]


def test_a_partition_is_a_value_of_the_query(new_database: NewDatabase) -> None:
    """The query runs once for each partition of the router."""
    stream = """
    retriever:
      type: SqlRetriever
      url: "{{ config['url'] }}"
      query: SELECT id, region FROM orders WHERE region = :region
      bind: {region: "{{ stream_partition['region'] }}"}
      partition_router: {type: ListPartitionRouter, values: [south, north], cursor_field: region}
    """

    assert ids(read_orders(new_database(*ORDERS), stream)) == [1, 2, 3]


def test_a_database_that_refuses_fails_the_stream(new_database: NewDatabase) -> None:
    """The error is one of the stream and names no SQL."""
    stream = "retriever: {type: SqlRetriever, url: \"{{ config['url'] }}\", table: nowhere}"

    read = read_orders(new_database(*ORDERS), stream)

    (error,) = read.errors["orders"]
    assert isinstance(error, DatabaseError)
    assert "nowhere" not in str(error)
    assert read.complete == {"orders": False}


def test_url_and_password_are_secrets_of_the_run() -> None:
    """The redactor is told of both, whatever the config's schema says."""
    fakes = Fakes()
    url = "postgresql://reader:p%40ss@127.0.0.1:1/shop"

    read_orders(url, "retriever: {type: SqlRetriever, url: \"{{ config['url'] }}\", table: orders}", fakes)

    assert fakes.minted == [url, "p@ss"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param("", "SqlRetriever needs either a `table` or a `query`", id="nothing to read"),
        pytest.param("table: orders, query: SELECT 1", "needs either a `table` or a `query`", id="both"),
        pytest.param(
            "query: \"SELECT '{{ config.id }}'\"",
            "`query` takes no expressions; write `:name`",
            id="an expression in SQL",
        ),
        pytest.param("table: orders, chunk_size: 0", "`chunk_size` is one or more", id="no chunk"),
    ],
)
def test_what_cannot_be_read_is_found_in_the_manifest(fields: str, problem: str) -> None:
    """Before any database is asked."""
    with pytest.raises(ManifestError, match=problem):
        read_orders("sqlite://", f"retriever: {{type: SqlRetriever, url: 'sqlite://', {fields}}}")


def test_a_cursor_of_an_api_is_refused() -> None:
    """A database filters by a column, not by request parameters."""
    stream = """
    retriever: {type: SqlRetriever, url: "sqlite://", table: orders}
    incremental_sync:
      type: DatetimeBasedCursor
      cursor_field: updated_at
      datetime_format: "%Y-%m-%d"
      start_datetime: "2024-01-01"
    """

    with pytest.raises(ConfigError, match="stream orders: SqlRetriever takes a ColumnCursor"):
        read_orders("sqlite://", stream)
