from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from penstock.registry import all_components
from penstock.registry.schema import manifest_schema

Json = Any
SCHEMA = manifest_schema()

MANIFEST: Json = {
    "version": "6.44.0",
    "check": {"type": "CheckStream", "stream_names": ["orders"]},
    "streams": [
        {
            "type": "DeclarativeStream",
            "name": "orders",
            "retriever": {
                "type": "SimpleRetriever",
                "requester": {"type": "HttpRequester", "url": "https://shop.example.test/orders"},
                "record_selector": {"extractor": {"type": "DpathExtractor", "field_path": []}},
            },
        }
    ],
}


def test_the_schema_is_a_schema() -> None:
    """Draft 7, which editors and the reference runtime use."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_every_reference_leads_to_a_definition() -> None:
    """One for each component and one for each kind."""
    named = set()

    def visit(value: Json) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                named.add(value["$ref"].removeprefix("#/definitions/"))
            for child in value.values():
                visit(child)
        if isinstance(value, list):
            for child in value:
                visit(child)

    visit(SCHEMA)

    assert named
    assert named <= SCHEMA["definitions"].keys()


def test_a_manifest_fits_the_schema() -> None:
    """One that runs is valid."""
    jsonschema.Draft7Validator(SCHEMA).validate(MANIFEST)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        pytest.param({"version": 1.0}, ["version"], id="a number for a text"),
        pytest.param({"streams": {}}, ["streams"], id="a mapping for a list"),
        pytest.param({"streams": [{"type": "Stream"}]}, ["streams", 0], id="a component that is not there"),
        pytest.param({"check": None}, ["check"], id="no check"),
    ],
)
def test_a_wrong_manifest_does_not_fit_the_schema(change: Json, path: list[str | int]) -> None:
    """An editor marks the place."""
    [error] = jsonschema.Draft7Validator(SCHEMA).iter_errors({**MANIFEST, **change})

    assert list(error.absolute_path) == path


def test_a_field_is_described_as_it_was_declared() -> None:
    """With its doc, its default and its examples, for hover and completion."""
    component = SCHEMA["definitions"]["CursorPagination"]

    assert component["description"] == "Follow a token found in each answer until there is none."
    assert component["required"] == ["cursor_value"]
    assert component["properties"]["type"] == {"const": "CursorPagination"}
    assert component["properties"]["page_size"] == {
        "description": "Records in a full page. In records.",
        "markdownDescription": "Records in a full page. In records.",
        "if": {"$ref": "#/definitions/reference"},
        "else": {"type": ["string", "number", "boolean"]},
        "examples": [100],
    }


def test_a_kind_is_any_of_its_components() -> None:
    """A new component appears in every slot of its kind."""
    strategies = [name for name, spec in all_components().items() if spec.kind.name == "pagination_strategy"]

    kind = SCHEMA["definitions"]["pagination_strategy"]

    assert kind["else"]["anyOf"] == [{"$ref": f"#/definitions/{name}"} for name in strategies]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"streams": ["#/definitions/orders"]}, id="a component as a text"),
        pytest.param(
            {"streams": [{"$ref": "#/definitions/orders", "name": "all"}]}, id="a component with other keys"
        ),
        pytest.param({"version": {"$ref": "#/definitions/version"}}, id="a text"),
    ],
)
def test_a_reference_may_stand_for_any_value(change: Json) -> None:
    """An editor cannot look there, and must not mark it."""
    jsonschema.Draft7Validator(SCHEMA).validate({**MANIFEST, **change})


def test_an_older_field_says_what_replaces_it() -> None:
    """Editors strike it through."""
    url_base = SCHEMA["definitions"]["HttpRequester"]["properties"]["url_base"]

    assert url_base["deprecationMessage"] == "Use url."
    assert "Deprecated: use `url`." in url_base["markdownDescription"]
