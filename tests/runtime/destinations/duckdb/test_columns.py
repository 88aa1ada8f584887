from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.destinations.duckdb.columns import META, MOST_COLUMNS, Columns, convert
from penstock.testing.fakes import NOW


def columns_of(**properties: object) -> Columns:
    return Columns({"type": "object", "properties": properties})


def converted(columns: Columns, *records: dict[str, Any]) -> dict[str, list[Any]]:
    """Records as columns, each a list of values; `meta` is what stands beside them."""
    columns.grow(records)
    rows = convert(records, columns, NOW).table.to_pydict()
    return {name: values for name, values in rows.items() if name != "_penstock_extracted_at"}


def test_a_field_that_no_schema_declares_gets_a_column() -> None:
    """The table grows with what the API sends; earlier rows are null there."""
    columns = columns_of(id={"type": "integer"})

    made = converted(columns, {"id": 1}, {"id": 2, "note": "new"})

    assert made == {"id": [1, 2], "note": [None, "new"], META: [None, None]}


def test_what_does_not_fit_is_null_and_kept_beside() -> None:
    """The column keeps its type, and the value is in `_penstock_meta` as it came."""
    columns = columns_of(id={"type": "integer"}, at={"type": "string", "format": "date-time"})

    made = converted(columns, {"id": "seven", "at": "2024-03-01T00:00:00Z"}, {"id": 8, "at": "soon"})

    assert made["id"] == [None, 8]
    assert [json.loads(note) for note in made[META]] == [
        {"misfits": {"id": "seven"}},
        {"misfits": {"at": "soon"}},
    ]


def test_parts_that_a_declared_object_has_no_place_for_are_kept_beside() -> None:
    """The object stays in its column without them."""
    columns = columns_of(person={"type": "object", "properties": {"name": {"type": "string"}}})

    made = converted(columns, {"person": {"name": "Ada", "age": 36}})

    assert made["person"] == [{"name": "Ada"}]
    assert json.loads(made[META][0]) == {"undeclared": {"person": {"age": 36}}}


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        pytest.param(["id", "ID", "Id"], ["id", "ID_2", "Id_3"], id="case does not tell columns apart"),
        pytest.param(["id_2", "id", "ID"], ["id_2", "id", "ID_3"], id="a name that is taken"),
        pytest.param(["_penstock_id"], ["_penstock_id_2"], id="a name of the destination's own"),
        pytest.param([""], ["_"], id="no name"),
    ],
)
def test_every_field_has_a_column_of_its_own(fields: list[str], names: list[str]) -> None:
    """Names that clash are numbered, in the order in which fields come."""
    columns = columns_of(**{field: {"type": "integer"} for field in fields})

    assert [column.name for column in columns.all] == names


def test_records_keyed_by_data_do_not_grow_the_table_for_ever() -> None:
    """Past MOST_COLUMNS, fields that are not declared are kept beside."""
    columns = columns_of()

    made = converted(columns, {f"user {n}": n for n in range(MOST_COLUMNS + 2)})

    assert len(columns.all) == MOST_COLUMNS
    noted = json.loads(made[META][0])["undeclared"]
    assert noted == {f"user {n}": n for n in range(MOST_COLUMNS, MOST_COLUMNS + 2)}


SCHEMAS = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer"},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "time"},
        {"type": "string", "format": "date-time"},
        {"type": "array", "items": {"type": "integer"}},
        {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "number"}}}},
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "array"}}},
        {},
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.datetimes().map(lambda moment: moment.isoformat()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)


@given(SCHEMAS, st.lists(VALUES, min_size=1, max_size=4))
def test_no_value_is_lost(schema: dict[str, object], values: list[object]) -> None:
    """Whatever the schema says and the API sends: a value is in its column, or noted in its row."""
    made = converted(columns_of(v=schema), *({"v": value} for value in values))

    for value, stored, note in zip(values, made["v"], made[META], strict=True):
        assert value is None or stored is not None or "v" in json.loads(note)["misfits"]


@given(SCHEMAS, st.lists(VALUES, min_size=2, max_size=4))
def test_rows_do_not_depend_on_their_neighbours(schema: dict[str, object], values: list[object]) -> None:
    """A batch is laid out fast where all values are of one kind; one by one gives the same."""
    together = converted(columns_of(v=schema), *({"v": value} for value in values))
    alone = [converted(columns_of(v=schema), {"v": value}) for value in values]

    assert together["v"] == [row["v"][0] for row in alone]
    assert together[META] == [row[META][0] for row in alone]
