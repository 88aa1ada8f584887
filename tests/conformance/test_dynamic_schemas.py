from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conformance.differential import Both
from tests.conformance.verbs import catalog, run_both, status

from penstock.testing.fake_api import Answer, FakeApi

Json = Any

MANIFEST = """
version: 6.44.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [orders]}
spec: {type: Spec, connection_specification: {type: object, properties: {}}}
definitions:
  described:
    type: DynamicSchemaLoader
    retriever:
      type: SimpleRetriever
      requester: {type: HttpRequester, url_base: URL, path: fields, http_method: GET}
      record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
      MORE_OF_RETRIEVER
    schema_type_identifier: IDENTIFIER
    MORE_OF_LOADER
streams:
  - type: DeclarativeStream
    name: orders
    schema_loader: SCHEMA_LOADER
    retriever: &orders
      type: SimpleRetriever
      requester: {type: HttpRequester, url_base: URL, path: orders, http_method: GET}
      record_selector:
        type: RecordSelector
        extractor: {type: DpathExtractor, field_path: []}
        schema_normalization: Default
  - type: DeclarativeStream
    name: lines
    schema_loader: {$ref: "#/definitions/described"}
    retriever: *orders
"""
IDENTIFIER = "{schema_pointer: [fields], key_pointer: [name], type_pointer: [kind]}"
FIELDS = {"fields": [{"name": "amount", "kind": "number"}, {"name": "Who Is", "kind": "string"}]}
ORDERS = [{"id": 1, "amount": "1.5", "a": "7", "Who Is": 3}]
THROUGH = "{$ref: '#/definitions/described'}"


def manifest(identifier: str = IDENTIFIER, loader: str = THROUGH, retriever: str = "", more: str = "") -> str:
    return (
        MANIFEST.replace("IDENTIFIER", identifier)
        .replace("SCHEMA_LOADER", loader)
        .replace("MORE_OF_RETRIEVER", retriever)
        .replace("MORE_OF_LOADER", more)
    )


def one(kind: Json, **more: Json) -> Json:
    """A description of one field."""
    return {"fields": [{"name": "a", "kind": kind, **more}]}


def mapped(*mappings: str) -> str:
    """An identifier with these mappings of types."""
    return f"{IDENTIFIER[:-1]}, types_mapping: [{', '.join(mappings)}]}}"


KINDS: list[Json] = [
    *("string", "boolean", "integer", "number", "array", "object", "date"),
    *("timestamp_with_timezone", "timestamp_without_timezone", "time_with_timezone", "time_without_timezone"),
    ["string", "integer"],
    ["date", "array"],
]
REFUSED: list[Json] = ["null", "zork", "", None, 5, {"x": 1}, ["string"], ["a", "b"], ["string"] * 3, []]


def test_each_type_has_the_same_schema(both: Both, api: FakeApi, tmp_path: Path) -> None:
    api.on("/fields", {"fields": [{"name": f"f{n}", "kind": kind} for n, kind in enumerate(KINDS)]})

    theirs, ours = run_both(both, api, manifest(), "discover", {}, tmp_path)

    assert (ours.requests, catalog(ours)) == (theirs.requests, catalog(theirs))
    assert len(catalog(ours)[0]["json_schema"]["properties"]) == len(KINDS)


@pytest.mark.parametrize(
    "answer",
    [
        *(pytest.param(one(kind), id=f"a type {kind!r}") for kind in REFUSED),
        pytest.param({"fields": [{"name": "a"}]}, id="no type"),
        pytest.param({"fields": [{"kind": "string"}]}, id="no name"),
        pytest.param({"fields": [{"name": 5, "kind": "string"}]}, id="a number for a name"),
        pytest.param({"x": 1}, id="no fields"),
        pytest.param({"fields": []}, id="an empty list"),
        pytest.param({"fields": {"a": {"name": "a"}}}, id="an object of fields"),
        pytest.param([], id="no record"),
        pytest.param([FIELDS, one("string")], id="two records"),
        pytest.param({"fields": [{"name": "a", "kind": "date"}, {"name": "a"}]}, id="a name twice"),
        pytest.param(Answer({}, 404), id="an error"),
    ],
)
@pytest.mark.parametrize("verb", ["discover", "check"])
def test_odd_answers_end_alike(both: Both, api: FakeApi, tmp_path: Path, answer: Json, verb: str) -> None:
    api.on("/fields", answer)
    api.on("/orders", ORDERS)

    theirs, ours = run_both(both, api, manifest(), verb, {}, tmp_path)

    assert (ours.failed, catalog(ours), status(ours)) == (theirs.failed, catalog(theirs), status(theirs))
    assert ours.requests == theirs.requests


@pytest.mark.parametrize(
    "identifier",
    [
        pytest.param("{schema_pointer: [fields], key_pointer: [name]}", id="no pointer to types"),
        pytest.param("{key_pointer: [fields, '0', name], type_pointer: [kind]}", id="no pointer to fields"),
        pytest.param(
            "{schema_pointer: [\"{{ config['f'] }}\"], key_pointer: [\"{{ config['n'] }}\"]}", id="templates"
        ),
        pytest.param(mapped("{current_type: money, target_type: number}"), id="a type of the API"),
        pytest.param(mapped("{current_type: money, target_type: [number, string]}"), id="to either of two"),
        pytest.param(
            mapped(
                "{current_type: money, target_type: number, condition: '{{ raw_schema.none }}'}",
                "{current_type: money, target_type: integer, condition: '{{ raw_schema.name == \"a\" }}'}",
                "{current_type: money, target_type: boolean}",
            ),
            id="the first whose condition holds",
        ),
        pytest.param(
            mapped("{current_type: money, target_type: {field_type: array, items: integer}}"), id="a list"
        ),
        pytest.param(
            mapped(
                "{current_type: money, target_type: "
                "{field_type: array, items: {field_type: array, items: date}}}"
            ),
            id="a list of lists",
        ),
        pytest.param(
            mapped("{current_type: money, target_type: {field_type: array}}"), id="a list of anything"
        ),
        pytest.param(mapped("{current_type: money, target_type: {field_type: date}}"), id="no list"),
        pytest.param(
            mapped("{current_type: money, target_type: {field_type: object, items: string}}"),
            id="items of no list",
        ),
        pytest.param(mapped("{current_type: money, target_type: \"{{ config['t'] }}\"}"), id="no templates"),
        pytest.param(mapped("{current_type: \"{{ config['m'] }}\", target_type: date}"), id="neither there"),
        pytest.param(mapped("{current_type: money, target_type: [string]}"), id="one of one"),
    ],
)
def test_fields_and_types_are_found_alike(both: Both, api: FakeApi, tmp_path: Path, identifier: str) -> None:
    api.on("/fields", one("money"))
    config = {"f": "fields", "n": "name", "t": "integer", "m": "money"}

    theirs, ours = run_both(both, api, manifest(identifier), "discover", config, tmp_path)

    assert (ours.failed, ours.requests, catalog(ours)) == (theirs.failed, theirs.requests, catalog(theirs))


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="as it is"),
        pytest.param(
            {"more": "schema_transformations: [{type: KeysToSnakeCase}, {type: AddFields, fields: "
             "[{type: AddedFieldDefinition, path: [extra], value: \"{{ {'type': 'integer'} }}\"}]}]"},
            id="transformed",
        ),
        pytest.param(
            {"more": "schema_filter: {type: RecordFilter, condition: \"{{ 'amount' in record }}\"}"}, id="filtered"
        ),
        pytest.param(
            {"retriever": "partition_router: {type: ListPartitionRouter, cursor_field: s, values: [a, b]}"},
            id="not split",
        ),
        pytest.param(
            {"loader": "[{type: InlineSchemaLoader, schema: {properties: {amount: {type: string}, z: {}}}}, "
             "{$ref: '#/definitions/described'}]"},
            id="behind another loader",
        ),
        pytest.param(
            {"loader": "[{$ref: '#/definitions/described'}, "
             "{type: InlineSchemaLoader, schema: {properties: {amount: {type: string}, z: {}}}}]"},
            id="before another loader",
        ),
        pytest.param({"loader": "{type: InlineSchemaLoader, schema: {}}"}, id="not asked for"),
    ],
)  # fmt: skip
def test_records_are_cast_alike(both: Both, api: FakeApi, tmp_path: Path, settings: dict[str, str]) -> None:
    """The schema is asked for once, before the records."""
    api.on("/fields", FIELDS)
    api.on("/orders", ORDERS)

    assert_same_catalog(*run_both(both, api, manifest(**settings), "discover", {}, tmp_path))
    theirs, ours = both.read(api, manifest(**settings), streams=["orders"])

    assert ours == theirs
    assert ours.records["orders"]


def assert_same_catalog(theirs: Any, ours: Any) -> None:
    assert (ours.failed, ours.requests, catalog(ours)) == (theirs.failed, theirs.requests, catalog(theirs))


VALUES: list[Json] = [1, 1.7, True, None, "1", "1.5", " 7 ", "yes", "OFF", "", {"x": 1}, [1, "a"], 10**20]
SCHEMAS: list[Json] = [
    *({"type": kind} for kind in ("string", "number", "integer", "boolean", "array", "object", "null")),
    *({"type": ["null", kind]} for kind in ("string", "number", "integer", "boolean", "array", "object")),
    {"type": ["string", "integer"]},
    {},
    {"type": "array", "items": {"type": "string"}},
    {"type": "array", "items": {"type": ["string"]}},
    {"type": ["null", "array"], "items": {"type": ["null", "integer"]}},
    {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "string"}}}},
    {"type": "object", "properties": {"x": {"type": "string"}}},
    {"anyOf": [{"type": "string"}]},
    {"oneOf": [{"type": "string"}, {"type": "integer"}], "type": "string"},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_values_are_cast_alike(both: Both, api: FakeApi, schema: Json) -> None:
    """Each value by each schema."""
    loader = f"{{type: InlineSchemaLoader, schema: {{type: object, properties: {{a: {schema}}}}}}}"
    api.on("/orders", [{"id": n, "a": value} for n, value in enumerate(VALUES)])

    theirs, ours = both.read(api, manifest(loader=loader), streams=["orders"])

    assert ours == theirs
