from __future__ import annotations

from typing import Any

import pytest

from penstock.diagnostics import Span
from penstock.expressions.compile import Template
from penstock.expressions.scope import LastRecord, Slice, slice_scope

SLICE = Slice(
    partition={"shop": "north", "partition": 3},
    cursor_slice={"start_time": "2024-01-01"},
    extra_fields={"shop_name": "North"},
)


def evaluate(expression: str, **scope: Any) -> Any:
    return Template(f"{{{{ {expression} }}}}", Span("shop.yaml", 1, 1), {}).evaluate(scope)


@pytest.mark.parametrize("name", ["stream_slice", "stream_partition", "stream_interval"])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("['shop']", "north", id="a key of the partition"),
        pytest.param(".start_time", "2024-01-01", id="a key of the cursor's window"),
        pytest.param(
            ".partition", {"shop": "north", "partition": 3}, id="the part, even where a key has its name"
        ),
        pytest.param("['partition']", 3, id="the key, in brackets"),
        pytest.param(".cursor_slice", {"start_time": "2024-01-01"}, id="the window alone"),
        pytest.param(".extra_fields.shop_name", "North", id="what the parent gave along"),
        pytest.param(".get('shop_name', 'none')", "none", id="which is no key of the slice"),
    ],
)
def test_a_slice_is_one_mapping_under_three_names(name: str, path: str, value: object) -> None:
    """Partition and window in one, and its parts as attributes; a dot finds attributes first."""
    assert evaluate(f"{name}{path}", **slice_scope(SLICE)) == value


def test_extra_fields_are_variables() -> None:
    """Templates read what the parent gave along by its name; names of the slice win."""
    scope = slice_scope(Slice(extra_fields={"shop_name": "North", "stream_slice": "mine"}))

    assert scope["shop_name"] == "North"
    assert isinstance(scope["stream_slice"], Slice)


def test_the_window_wins_over_the_partition() -> None:
    """Where both have a key."""
    assert Slice({"id": 1}, {"id": 2}) == {"id": 2}


def test_a_slice_of_nothing_is_empty() -> None:
    """A stream without partitions and cursor has one."""
    assert Slice() == {}
    assert (Slice().partition, Slice().cursor_slice, Slice().extra_fields) == ({}, {}, {})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("last_record['id']", 7, id="a field"),
        pytest.param("last_record.data.id", 7, id="the whole record is `data`"),
        pytest.param("last_record.data", {"id": 7, "data": "own"}, id="even where a field has its name"),
        pytest.param("last_record['data']", "own", id="the field, in brackets"),
    ],
)
def test_the_last_record_is_a_mapping_with_data(expression: str, value: object) -> None:
    """Older manifests write `last_record.data.id`, newer ones `last_record['id']`."""
    assert evaluate(expression, last_record=LastRecord({"id": 7, "data": "own"})) == value
