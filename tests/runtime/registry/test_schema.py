from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from penstock.registry import all_components
from penstock.registry.schema import manifest_schema, policy_schema

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


POLICY: Json = {
    "version": 1,
    "unclassified": "fail",
    "keys": {"people": {"ref": "env:MASKING_KEY", "id": "k1"}},
    "classes": {"email": {"detect": "email", "mask": {"type": "Hmac", "key": "people", "domain": "person"}}},
    "streams": {"*": {"fields": {"**.email": "email", "name": {"mask": "drop"}}}},
    "floor": {"never_in_clear": ["email"]},
}


def test_a_policy_has_a_schema_of_its_own() -> None:
    """One that loads is valid."""
    jsonschema.Draft7Validator.check_schema(policy_schema())
    jsonschema.Draft7Validator(policy_schema()).validate(POLICY)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"unclasified": "fail"}, id="a misspelt key"),
        pytest.param({"unclassified": "maybe"}, id="a word that is none of the choices"),
        pytest.param({"keys": {"people": {"id": "k1"}}}, id="a key without a reference"),
        pytest.param(
            {"classes": {"email": {"mask": {"type": "CursorPagination"}}}}, id="a part of a manifest"
        ),
    ],
)
def test_a_wrong_policy_does_not_fit_its_schema(change: Json) -> None:
    """An unknown key too: a word misspelt would leave data in clear."""
    assert not jsonschema.Draft7Validator(policy_schema()).is_valid({**POLICY, **change})


def test_a_manifest_and_a_policy_share_only_masks() -> None:
    """Parts of a policy do not go into a manifest, nor the other way round."""
    manifest, policy = (
        set(made["definitions"]) & set(all_components()) for made in (manifest_schema(), policy_schema())
    )

    assert {all_components()[name].kind.name for name in manifest & policy} == {"mask"}
    assert manifest | policy == set(all_components())
