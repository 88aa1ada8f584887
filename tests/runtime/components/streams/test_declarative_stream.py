from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.streams import STREAM
from penstock.errors import ConfigError, ManifestError
from penstock.expressions.scope import Slice
from penstock.http.request import HttpRequest, HttpResponse
from penstock.masking.batch import RawBatch
from penstock.records.state import Work, open_state
from penstock.records.stream import StreamPlan
from penstock.testing.fakes import Fakes, component, json_response

ORDERS = {
    "type": "DeclarativeStream",
    "name": "orders",
    "retriever": {
        "requester": {"url": "https://api.example.com/orders"},
        "record_selector": {"extractor": {"field_path": []}, "schema_normalization": "Default"},
    },
}
"""A stream that casts its records to its schema."""


def stream(settings: dict[str, Any], *records: dict[str, Any]) -> StreamPlan:
    """The stream with more settings, of an API that gives these records."""

    def send(request: HttpRequest) -> HttpResponse:
        return json_response(list(records))

    return component(json.dumps({**ORDERS, **settings}), STREAM).build(Fakes().resources(send=send))


def inline(**properties: Any) -> dict[str, Any]:
    """A loader of a schema with these properties."""
    return {"type": "InlineSchemaLoader", "schema": {"type": "object", "properties": properties}}


def read(plan: StreamPlan) -> list[Any]:
    """The records as the retriever gives them, not masked."""
    return [record for batch in plan.retriever.read(Slice(), None) for record in batch]


def test_a_stream_needs_a_retriever_alone() -> None:
    """What is not said: no cursor, no primary key, no schema."""
    plan = stream({}, {"id": 1})

    assert (plan.name, plan.cursor, plan.primary_key, plan.schema()) == ("orders", None, None, {})
    assert read(plan) == [{"id": 1}]
    with pytest.raises(ManifestError, match="DeclarativeStream needs `retriever`"):
        component("{type: DeclarativeStream, name: orders}", STREAM)


@pytest.mark.parametrize(
    ("key", "paths"),
    [
        pytest.param("id", (("id",),), id="one field"),
        pytest.param(["region", "id"], (("region",), ("id",)), id="several"),
        pytest.param([["region"], ["id"]], (("region",), ("id",)), id="as paths"),
        pytest.param([], None, id="none"),
        pytest.param(None, None, id="not said"),
        pytest.param("", (("",),), id="an empty name is a name"),
    ],
)
def test_a_primary_key_tells_records_apart(key: Any, paths: Any) -> None:
    """However it is written, it comes out as paths."""
    assert stream({"primary_key": key}).primary_key == paths


def test_a_primary_key_inside_an_object_is_refused() -> None:
    with pytest.raises(ConfigError, match="stream orders: a primary key inside an object is not supported"):
        stream({"primary_key": [["owner", "id"]]})


def test_transformations_run_in_order_and_masks_come_last() -> None:
    """A mask above a transformation still leaves the clear value to it."""
    plan = stream(
        {
            "transformations": [
                {"type": "MaskFields", "fields": ["name", "copy"], "mask": "redact"},
                {"type": "AddFields", "fields": [{"path": ["copy"], "value": "{{ record['name'] }}!"}]},
                {"type": "RemoveFields", "field_pointers": [["id"]]},
            ]
        },
        {"id": 1, "name": "Ada"},
    )

    records = read(plan)

    assert records == [{"name": "Ada", "copy": "Ada!"}]
    assert plan.mask(RawBatch("orders", records)).records == [{"name": "***", "copy": "***"}]


def test_the_schema_tells_of_the_records_as_they_leave() -> None:
    """Masked fields have the types of their masks; casting still follows the declared ones."""
    plan = stream(
        {
            "schema_loader": inline(id={"type": "integer"}, age={"type": "integer"}, note={"type": "string"}),
            "transformations": [
                {"type": "MaskFields", "fields": ["age"], "mask": "redact"},
                {"type": "MaskFields", "fields": ["note"], "mask": "drop"},
            ],
        },
        {"id": "1", "age": "36", "note": "x"},
    )

    assert read(plan) == [{"id": 1, "age": 36, "note": "x"}]
    assert plan.schema()["properties"].keys() == {"id", "age"}
    assert plan.schema()["properties"]["id"] == {"type": "integer"}
    assert plan.schema()["properties"]["age"]["type"] == "string"


def test_of_several_schemas_the_earlier_wins() -> None:
    """Only their properties count; a schema may be empty."""
    plan = stream(
        {
            "schema_loader": [
                inline(id={"type": "integer"}),
                {"type": "InlineSchemaLoader"},
                inline(id={"type": "string"}, name={"type": "string"}),
            ]
        }
    )

    assert plan.schema() == {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": ["null", "object"],
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    }


def test_records_are_tested_by_the_cursor_after_the_transformations() -> None:
    """Where the API cannot filter, the cursor field may be one that a transformation makes."""
    plan = stream(
        {
            "incremental_sync": {
                "type": "DatetimeBasedCursor",
                "cursor_field": "at",
                "datetime_format": "%Y-%m-%d",
                "start_datetime": "2024-01-01",
                "is_client_side_incremental": True,
            },
            "transformations": [
                {"type": "AddFields", "fields": [{"path": ["at"], "value": "{{ record['day'] }}"}]}
            ],
        },
        {"day": "2023-12-31"},
        {"day": "2024-01-02"},
    )

    [work] = open_state(plan, {}).work()

    assert isinstance(work, Work)
    assert list(plan.retriever.read(work.slice, work.test)) == [[{"day": "2024-01-02", "at": "2024-01-02"}]]
