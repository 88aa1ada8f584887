from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.warehouse import load, query

from penstock.destinations.duckdb.destination import DuckDBDestination
from penstock.destinations.duckdb.load import Mode
from penstock.testing.streams import stream

Open = Callable[[Mode], DuckDBDestination]
OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}}}
WIDER_OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}


@pytest.mark.parametrize(
    ("before", "value", "after", "kind", "kept"),
    [
        pytest.param({"type": "integer"}, 1, {"type": "number"}, "DOUBLE", 1.0, id="integers become numbers"),
        pytest.param({"type": "number"}, 1.5, {"type": "integer"}, "DOUBLE", 1.5, id="numbers stay numbers"),
        pytest.param({"type": "integer"}, 1, {"type": "string"}, "VARCHAR", "1", id="integers become text"),
        pytest.param({"type": "string"}, "x", {"type": "integer"}, "VARCHAR", "x", id="text stays text"),
        pytest.param(
            {"type": "boolean"}, True, {"type": "integer"}, "JSON", "true", id="neither holds the other"
        ),
        pytest.param({"type": "integer"}, 1, {}, "JSON", "1", id="anything may come from now on"),
        pytest.param({}, [1], {"type": "integer"}, "JSON", "[1]", id="anything came so far"),
        pytest.param(
            {"type": "string", "format": "date"},
            "2024-03-01",
            {"type": "string"},
            "VARCHAR",
            "2024-03-01",
            id="dates become text",
        ),
        pytest.param(
            {"type": "string", "format": "time"},
            "10:20:30",
            {"type": "string", "format": "date"},
            "JSON",
            '"10:20:30"',
            id="times and dates",
        ),
        pytest.param(
            OBJECT,
            {"a": 1},
            WIDER_OBJECT,
            "STRUCT(a BIGINT, b VARCHAR)",
            {"a": 1, "b": None},
            id="a part more",
        ),
        pytest.param(WIDER_OBJECT, {"a": 1, "b": "x"}, OBJECT, "JSON", '{"a":1,"b":"x"}', id="a part less"),
        pytest.param(
            {"type": "array", "items": OBJECT},
            [{"a": 1}],
            {"type": "array", "items": WIDER_OBJECT},
            "STRUCT(a BIGINT, b VARCHAR)[]",
            [{"a": 1, "b": None}],
            id="a part more in a list",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "integer"}},
            [1],
            {"type": "array", "items": {"type": "string"}},
            "JSON",
            "[1]",
            id="a list of other items",
        ),
    ],
)
def test_a_column_widens_so_that_old_and_new_rows_fit(
    path: Path,
    opened: Callable[[Mode], DuckDBDestination],
    before: Any,
    value: Any,
    after: Any,
    kind: str,
    kept: Any,
) -> None:
    """When the schema of a field changes, its column takes the wider type; what neither holds becomes JSON."""
    load(opened("append"), stream(properties={"v": before}), {"v": value})

    load(opened("append"), stream(properties={"v": after}))

    ((stored,),) = query(path, "SELECT v FROM orders")
    ((type_,),) = query(path, "SELECT typeof(v) FROM orders")
    assert (type_, stored) == (kind, kept)


@pytest.mark.parametrize("mode", ["append", "append_dedup"])
def test_new_fields_become_columns_of_the_table(path: Path, opened: Open, mode: Mode) -> None:
    """Whether the schema declares them or the records bring them; old rows are null there."""
    load(opened(mode), stream(properties={"id": {"type": "integer"}}, primary_key="id"), {"id": 1})
    wider = {"id": {"type": "integer"}, "declared": {"type": "string", "format": "date"}}

    load(
        opened(mode),
        stream(properties=wider, primary_key="id"),
        {"id": 2, "declared": "2024-03-01", "brought": 5},
    )

    rows = query(path, "SELECT id, declared, brought FROM orders ORDER BY id")
    assert rows == [(1, None, None), (2, dt.date(2024, 3, 1), 5)]


def test_columns_that_no_schema_declares_any_more_stay(path: Path, opened: Open) -> None:
    """Their old values are kept, and a record that still brings the field fills it."""
    load(
        opened("append"),
        stream(properties={"id": {"type": "integer"}, "old": {"type": "string"}}),
        {"id": 1, "old": "a"},
    )

    load(opened("append"), stream(properties={"id": {"type": "integer"}}), {"id": 2}, {"id": 3, "old": "c"})

    assert query(path, "SELECT id, old FROM orders ORDER BY id") == [(1, "a"), (2, None), (3, "c")]


def test_a_replaced_table_has_the_columns_of_today(path: Path, opened: Open) -> None:
    """Nothing of the old table is left, columns included."""
    load(opened("overwrite"), stream(properties={"old": {"type": "integer"}}), {"old": 1})

    load(opened("overwrite"), stream(properties={"new": {"type": "string"}}), {"new": "a"})

    columns = query(
        path, "SELECT column_name FROM duckdb_columns() WHERE table_name = 'orders' ORDER BY column_index"
    )
    assert [name for (name,) in columns if not name.startswith("_penstock")] == ["new"]


def test_a_sync_that_failed_leaves_the_type_of_a_column_wide_enough(path: Path, opened: Open) -> None:
    """The table is fitted before rows come, and what it holds stays readable whatever becomes of them."""
    load(opened("append"), stream(properties={"v": {"type": "integer"}}), {"v": 1})

    load(opened("append"), stream(properties={"v": {"type": "string"}}), {"v": "x"}, complete=False)

    assert query(path, "SELECT v FROM orders") == [("1",)]


def test_odd_values_reach_the_table(path: Path, opened: Open) -> None:
    """Integers beyond 64 bit and broken text are kept as JSON, and do not stop the rows beside them."""
    plan = stream(properties={"id": {"type": "integer"}, "any": {}})

    load(
        opened("append"), plan, {"id": 2**70, "any": 1}, {"id": 1, "any": [2**70]}, {"id": 2, "any": "\ud800"}
    )

    rows = query(path, "SELECT id, \"any\", _penstock_meta->>'$.misfits.id' FROM orders")
    assert rows == [(None, "1", str(2**70)), (1, f"[{2**70}]", None), (2, '"?"', None)]
