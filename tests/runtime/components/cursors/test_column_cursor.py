from __future__ import annotations

from typing import Any

import pytest
from tests.databases import NewDatabase, Postgres

from penstock.components.cursors import CURSOR
from penstock.destinations.memory import MemoryDestination
from penstock.testing.fakes import built, run

MANIFEST = """
version: 7.0.0
check: {stream_names: [orders]}
streams:
  - name: orders
    retriever: {type: SqlRetriever, url: "{{ config['url'] }}", table: orders, chunk_size: 2}
    incremental_sync: {type: ColumnCursor, cursor_field: changed, %s}
"""
ORDERS = (
    "CREATE TABLE orders (id integer, changed integer)",
    "INSERT INTO orders VALUES (1, 30), (2, 10), (3, 20), (4, 20), (5, NULL)",
)


def read_orders(url: str, state: dict[str, Any] | None = None, fields: str = "") -> MemoryDestination:
    return run(MANIFEST % fields, {"url": url}, states={"orders": state or {}})


def ids(read: MemoryDestination) -> list[int]:
    return [record["id"] for record in read.records["orders"]]


@pytest.mark.parametrize(
    ("fields", "state", "found", "reached"),
    [
        pytest.param("", None, [2, 3, 4, 1, 5], {"changed": 30}, id="all the first time"),
        pytest.param("", {"changed": 20}, [3, 4, 1], {"changed": 30}, id="from the saved value on"),
        pytest.param(
            "is_boundary_exclusive: true", {"changed": 20}, [1], {"changed": 30}, id="beyond the saved value"
        ),
        pytest.param(
            "is_boundary_exclusive: true",
            {"changed": 30},
            [],
            {"changed": 30},
            id="nothing new keeps the state",
        ),
        pytest.param("start_value: '20'", None, [3, 4, 1], {"changed": 30}, id="from a start on"),
        pytest.param(
            "start_value: '20', is_boundary_exclusive: true",
            None,
            [3, 4, 1],
            {"changed": 30},
            id="the start itself is new",
        ),
        pytest.param(
            "start_value: '20'", {"changed": 30}, [1], {"changed": 30}, id="the state wins over the start"
        ),
    ],
)
def test_a_sync_reads_what_has_grown(
    new_database: NewDatabase,
    fields: str,
    state: dict[str, int] | None,
    found: list[int],
    reached: dict[str, int],
) -> None:
    """Rows at the saved value are read again, for more of them may have come since; a unique number needs no such care.

    Rows without a value are read the first time alone.
    """
    read = read_orders(new_database(*ORDERS), state, fields)

    assert sorted(ids(read)) == sorted(found)
    assert read.states["orders"][-1] == reached


def test_a_read_that_is_cut_off_misses_nothing_the_next_time(new_database: NewDatabase) -> None:
    """After each chunk the state says how far it is read, and rows without a value come before the first state."""
    url = new_database(*ORDERS)
    whole = read_orders(url)

    without_a_value, *others = whole.records["orders"]
    assert without_a_value["id"] == 5
    assert {"changed": 10} in whole.states["orders"]
    for state in whole.states["orders"]:
        before = [row["id"] for row in others if row["changed"] < state["changed"]]
        assert sorted(before + ids(read_orders(url, dict(state)))) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("kind", "values", "state"),
    [
        pytest.param("bigint", "(1), (2)", 2, id="numbers"),
        pytest.param("date", "('2024-01-01'), ('2024-01-02')", "2024-01-02", id="dates"),
        pytest.param(
            "timestamptz",
            "('2024-01-01'), ('2024-01-02 10:00:00.123456+02')",
            "2024-01-02T08:00:00.123456+00:00",
            id="moments, to the microsecond",
        ),
        pytest.param(
            "timestamp", "('2024-01-01'), ('2024-01-02 10:00')", "2024-01-02T10:00:00", id="wall time"
        ),
        pytest.param("text", "('a'), ('b')", "b", id="text"),
        pytest.param("numeric", "(1.5), (2.25)", 2.25, id="decimals"),
        pytest.param(
            "uuid",
            "('018f0000-0000-7000-8000-000000000001'), ('018f0000-0000-7000-8000-000000000002')",
            "018f0000-0000-7000-8000-000000000002",
            id="UUIDs",
        ),
    ],
)
def test_a_saved_value_is_compared_in_the_type_of_its_column(
    postgres: Postgres, kind: str, values: str, state: object
) -> None:
    """The state is JSON; the server reads it as what the column holds, so the next sync goes on at that very value."""
    url = postgres.new(f"CREATE TABLE orders (changed {kind})", f"INSERT INTO orders VALUES {values}")

    first = read_orders(url)
    second = read_orders(url, dict(first.states["orders"][-1]))

    assert first.states["orders"][-1] == {"changed": state}
    assert len(first.records["orders"]) == 2
    assert second.records["orders"] == [{"changed": state}]


def test_a_start_may_come_from_the_config() -> None:
    """As any template."""
    cursor = built(
        "{type: ColumnCursor, cursor_field: day, start_value: \"{{ config['from'] }}\"}",
        CURSOR,
        **{"from": "x"},
    )

    assert list(cursor.windows(cursor.open({}))) == [{"start_value": "x", "inclusive": True}]
