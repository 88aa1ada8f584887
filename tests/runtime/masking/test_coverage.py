from __future__ import annotations

from typing import Any

import pytest

from penstock.masking.automaton import MaskRule
from penstock.masking.coverage import Coverage, meets
from penstock.masking.field_paths import parse_field_path
from penstock.masking.techniques import drop, redact

Json = Any

SCHEMA: Json = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "contacts": {"type": ["array", "null"], "items": {"properties": {"phone": {"type": ["string", "null"]}}}},
        "meta": {"type": "object"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "tags": {"type": "array"},
        "owner": {"anyOf": [{"type": "null"}, {"type": "string"}, {"type": "object", "properties": {"id": {"type": "integer"}}}]},
        "$set": {},
        "nothing": {"type": "null"},
    },
}  # fmt: skip


def covered(*paths: str) -> dict[str, bool]:
    rules = [MaskRule((parse_field_path(path),), redact("***"), path) for path in paths]
    return {place.told: place.rule is not None for place in Coverage(rules).places(SCHEMA)}


def test_a_place_is_a_field_that_holds_values() -> None:
    """Of an object or a list whose parts nobody knows, itself; null holds none."""
    assert list(covered()) == [
        "id", "contacts[*].phone", "meta", "labels.*", "tags", "owner", "owner.id", "\\$set",
    ]  # fmt: skip


def test_types_are_told_once_for_all_branches() -> None:
    """As a person reads them."""
    places = {place.told: place.types for place in Coverage([]).places(SCHEMA)}

    assert places["owner"] == ("string",)
    assert places["contacts[*].phone"] == ("string", "null")
    assert places["\\$set"] == ()


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        pytest.param("id", {"id"}, id="a name"),
        pytest.param("contacts", {"contacts[*].phone"}, id="a container"),
        pytest.param("contacts.phone", {"contacts[*].phone"}, id="a list without its mark"),
        pytest.param("tags[*]", {"tags"}, id="the elements of a list"),
        pytest.param("meta.*", {"meta"}, id="all that an object holds"),
        pytest.param("meta.email", set(), id="one of what an object may hold"),
        pytest.param("labels.*", {"labels.*"}, id="any key"),
        pytest.param("**.id", {"id", "owner.id"}, id="any depth"),
        pytest.param("owner", {"owner", "owner.id"}, id="a union"),
    ],
)
def test_a_rule_covers_what_it_would_mask(rule: str, fields: set[str]) -> None:
    """In every record that fits the schema."""
    assert {path for path, is_covered in covered(rule).items() if is_covered} == fields


def test_a_mask_that_takes_all_as_one_covers_what_is_inside() -> None:
    """A dropped object has no fields."""
    coverage = Coverage([MaskRule((parse_field_path("owner"),), drop(), "owner")])

    assert "owner.id" not in [place.told for place in coverage.places(SCHEMA)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("id", True, id="a field"),
        pytest.param("meta.anything", True, id="inside an object of which nothing is known"),
        pytest.param("ids", False, id="a misspelt name"),
        pytest.param("contacts[*].fax", False, id="a part that the schema does not tell of"),
    ],
)
def test_a_path_meets_what_could_be_there(path: str, expected: bool) -> None:
    """By the schema."""
    assert meets(parse_field_path(path), SCHEMA) is expected


def test_values_are_those_that_are_masked_as_one() -> None:
    """Each with where it stands; a key that may be data is not told."""
    record = {"id": 1, "contacts": [{"phone": "2"}], "labels": {"ada@example.test": "x"}}

    values = list(Coverage([]).values(record))

    assert [(value.told, value.at) for value in values] == [
        ("id", ("id",)),
        ("contacts[*].phone", ("contacts", 0, "phone")),
        ("labels.*", ("labels", "ada@example.test")),
    ]
