from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.transformations.added_field_definition import ADDED_FIELD, AddedField
from penstock.errors import ExpressionError, ManifestError
from penstock.testing.fakes import Fakes, component


def definition(settings: dict[str, Any]) -> AddedField:
    """The field `new`, with these settings."""
    text = json.dumps({"type": "AddedFieldDefinition", "path": ["new"], **settings})
    return component(text, ADDED_FIELD).build(Fakes({"field": "renamed"}).resources())


@pytest.mark.parametrize(
    ("value_type", "text", "value"),
    [
        pytest.param(None, "123", 123, id="no type: a text that reads as a number becomes one"),
        pytest.param(None, "007", "007", id="unless it is none in Python"),
        pytest.param(None, "True", True, id="so does one that reads as a boolean"),
        pytest.param(None, "true", "true", id="as Python spells it"),
        pytest.param(None, "['a']", ["a"], id="and a list"),
        pytest.param("string", "123", "123", id="text stays text"),
        pytest.param("integer", "123", 123, id="a whole number"),
        pytest.param("integer", "1.5", "1.5", id="one with a fraction stays text"),
        pytest.param("number", "1.5", 1.5, id="a number"),
        pytest.param("number", "12.0", 12.0, id="a whole one with a point"),
        pytest.param("number", "12", "12", id="one without stays text, a trap of the language"),
        pytest.param("boolean", "False", False, id="a boolean"),
        pytest.param("boolean", "1", "1", id="a number is no boolean"),
    ],
)
def test_a_text_becomes_a_value_of_its_type(value_type: str | None, text: str, value: Any) -> None:
    """Of exactly this type; a text that gives another one stays text."""
    made = definition({"value": "{{ record['text'] }}", "value_type": value_type})

    found = made.value({"config": {}, "record": {"text": text}})

    assert found == value
    assert type(found) is type(value)


def test_the_config_may_name_the_path() -> None:
    """And a part that reads as a number stays text: it is a key, or an index where there is a list."""
    made = definition({"path": ["a", "{{ config['field'] }}", "0"], "value": "1"})

    assert made.path == ["a", "renamed", "0"]


def test_a_part_of_something_missing_is_an_error() -> None:
    """A missing field is empty text; what is inside of one would hide a mistake."""
    made = definition({"value": "{{ record.owner.name }}"})

    with pytest.raises(ExpressionError, match="reads a part of something that is not there"):
        made.value({"config": {}, "record": {}})


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"path": [], "value": "1"}, "`path` needs at least one key", id="no path"),
        pytest.param({}, "AddedFieldDefinition needs `value`", id="no value"),
        pytest.param({"value": "1", "value_type": "date"}, "value_type", id="a type that is none"),
    ],
)
def test_a_definition_that_cannot_be_is_told_at_load(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        definition(settings)
