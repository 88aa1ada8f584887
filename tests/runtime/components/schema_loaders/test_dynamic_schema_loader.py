from __future__ import annotations

from typing import Any

import pytest

from penstock.components.schema_loaders import SCHEMA_LOADER
from penstock.testing.fakes import Fakes, component, json_response

LOADER = """
type: DynamicSchemaLoader
retriever:
  requester: {url: https://api.example.com/fields}
  record_selector: {extractor: {field_path: []}}
schema_type_identifier: {schema_pointer: [fields], key_pointer: [name], type_pointer: [kind]}
"""
FIELDS = {"fields": [{"name": "Order Id", "kind": "integer"}, {"name": "note", "kind": "string"}]}
ORDER_ID, NOTE = {"type": ["null", "integer"]}, {"type": ["null", "string"]}


def properties(answer: Any, more: str = "") -> dict[str, Any]:
    """The properties of the schema that an answer gives."""
    load = component(LOADER + more, SCHEMA_LOADER).build(Fakes(answers=[json_response(answer)]).resources())
    schema = load()
    assert {**schema, "properties": {}} == {
        "$schema": "https://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": True,
        "properties": {},
    }
    return dict(schema["properties"])


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        pytest.param(FIELDS, {"Order Id": ORDER_ID, "note": NOTE}, id="a record"),
        pytest.param(
            [FIELDS, {"fields": []}], {"Order Id": ORDER_ID, "note": NOTE}, id="the first of several"
        ),
        pytest.param([], {}, id="no record"),
    ],
)
def test_the_first_record_describes_the_fields(answer: Any, result: dict[str, Any]) -> None:
    assert properties(answer) == result


def test_fields_may_be_filtered() -> None:
    """The filter sees an object with the one field and its schema."""
    more = "schema_filter: {condition: \"{{ 'note' not in record }}\"}"

    assert properties(FIELDS, more) == {"Order Id": ORDER_ID}


def test_fields_may_be_changed() -> None:
    """The transformations see an object of all fields."""
    more = "schema_transformations: [{type: KeysToSnakeCase}, {type: RemoveFields, field_pointers: [[note]]}]"

    assert properties(FIELDS, more) == {"order_id": ORDER_ID}


def test_the_api_is_asked_once_in_a_run() -> None:
    """Streams whose schemas come from the same answer share it; slices are not made for it."""
    fakes = Fakes(answers=[json_response(FIELDS)])
    using = fakes.resources()
    text = LOADER.replace(
        "retriever:",
        "retriever:\n  partition_router: {type: ListPartitionRouter, cursor_field: s, values: [a, b]}",
    )
    loads = [component(text, SCHEMA_LOADER).build(using) for _ in range(2)]

    assert loads[0]() == loads[1]()
    assert len(fakes.sent) == 1
