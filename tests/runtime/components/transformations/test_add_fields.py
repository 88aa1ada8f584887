from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.transformations import TRANSFORMATION
from penstock.errors import StreamError
from penstock.expressions.scope import Slice, slice_scope
from penstock.masking.automaton import MaskRule
from penstock.records.select import Transform
from penstock.testing.fakes import Fakes, component


def add(*fields: dict[str, Any], condition: str | None = None) -> Transform:
    """A transformation that adds fields, each told by `path` and `value`."""
    text = json.dumps({"type": "AddFields", "fields": list(fields), "condition": condition})
    made = component(text, TRANSFORMATION).build(Fakes().resources())
    assert not isinstance(made, MaskRule)
    return made


def added(record: dict[str, Any], *fields: dict[str, Any], condition: str | None = None) -> dict[str, Any]:
    """The record after fields are added to it."""
    slice_ = Slice({"team": "a"}, {"start_time": "2024-01-01"})
    add(*fields, condition=condition)(
        record, {"config": {"env": "test"}, "record": record, **slice_scope(slice_)}
    )
    return record


@pytest.mark.parametrize(
    ("value", "made"),
    [
        pytest.param("{{ record['id'] + 1 }}", 8, id="of the record"),
        pytest.param("{{ stream_partition['team'] }}", "a", id="of the partition"),
        pytest.param("{{ stream_interval.start_time }}", "2024-01-01", id="of the window"),
        pytest.param("{{ stream_slice.team }}", "a", id="of the slice"),
        pytest.param("{{ config['env'] }}", "test", id="of the config"),
        pytest.param("constant", "constant", id="a constant"),
        pytest.param("{{ record['none'] }}", "", id="a missing field gives empty text"),
        pytest.param("{{ record['null'] }}", None, id="null stays null"),
        pytest.param("{{ record['tags'] }}", ["x"], id="a list stays a list"),
    ],
)
def test_a_field_is_set_from_a_template(value: str, made: Any) -> None:
    """Its definition needs no type."""
    record = {"id": 7, "null": None, "tags": ["x"]}

    assert added(dict(record), {"path": ["new"], "value": value}) == {**record, "new": made}


@pytest.mark.parametrize(
    ("path", "record"),
    [
        pytest.param(["id"], {"id": 1, "owner": {"id": 7}, "tags": ["x"]}, id="over a field that is there"),
        pytest.param(["owner", "id"], {"id": 0, "owner": {"id": 1}, "tags": ["x"]}, id="inside an object"),
        pytest.param(["tags", "1"], {"id": 0, "owner": {"id": 7}, "tags": ["x", 1]}, id="inside a list"),
        pytest.param(
            ["a", "b"], {"id": 0, "owner": {"id": 7}, "tags": ["x"], "a": {"b": 1}}, id="objects are made"
        ),
    ],
)
def test_a_path_leads_to_the_field(path: list[str], record: dict[str, Any]) -> None:
    assert added({"id": 0, "owner": {"id": 7}, "tags": ["x"]}, {"path": path, "value": "1"}) == record


def test_a_field_below_a_single_value_is_an_error() -> None:
    """The value would be lost; the message does not tell it."""
    with pytest.raises(
        StreamError, match="there is a single value where the path goes on with `id`"
    ) as raised:
        added({"owner": "Ada"}, {"path": ["owner", "id"], "value": "1"})
    assert "Ada" not in str(raised.value)


def test_fields_are_set_in_order() -> None:
    """A later one sees the earlier."""
    fields = [{"path": ["b"], "value": "{{ record.a + 1 }}"}, {"path": ["c"], "value": "{{ record.b + 1 }}"}]

    assert added({"a": 1}, *fields) == {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        pytest.param("{{ value is not none }}", ["id", "full", "empty"], id="on the value"),
        pytest.param("{{ value }}", ["id", "full"], id="an empty value is false"),
        pytest.param("{{ path == ['empty'] }}", ["id", "empty"], id="on the path"),
        pytest.param("{{ record.id > 5 }}", ["id", "full", "empty", "null"], id="on the record"),
        pytest.param("{{ stream_slice.team == 'b' }}", ["id"], id="on the slice"),
    ],
)
def test_a_condition_is_asked_for_each_field(condition: str, names: list[str]) -> None:
    """One condition for all of them; it sees the `value` and `path` of each."""
    fields = [
        {"path": ["full"], "value": "x"},
        {"path": ["empty"], "value": "{{ record['none'] }}"},
        {"path": ["null"], "value": "{{ none }}"},
    ]

    assert list(added({"id": 7}, *fields, condition=condition)) == names
