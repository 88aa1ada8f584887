from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.transformations import TRANSFORMATION
from penstock.masking.automaton import MaskRule
from penstock.testing.fakes import Fakes, component


def removed(
    record: dict[str, Any], pointers: list[list[str]], condition: str | None = None
) -> dict[str, Any]:
    """The record after fields are removed from it."""
    text = json.dumps({"type": "RemoveFields", "field_pointers": pointers, "condition": condition})
    remove = component(text, TRANSFORMATION).build(Fakes().resources())
    assert not isinstance(remove, MaskRule)
    remove(record, {"config": {"limit": 5}, "record": record})
    return record


@pytest.mark.parametrize(
    ("pointers", "left"),
    [
        pytest.param([["id"]], {"owner": {"id": 2, "ssn": 3}, "tags": [4, 5]}, id="a field"),
        pytest.param([["owner", "ssn"]], {"id": 1, "owner": {"id": 2}, "tags": [4, 5]}, id="a field inside"),
        pytest.param([["id"], ["tags"]], {"owner": {"id": 2, "ssn": 3}}, id="several"),
        pytest.param([["**", "id"]], {"owner": {"ssn": 3}, "tags": [4, 5]}, id="at any depth"),
        pytest.param([["ow*"]], {"id": 1, "tags": [4, 5]}, id="those that begin so"),
        pytest.param([["*"]], {}, id="all of them"),
        pytest.param(
            [["tags", "0"]],
            {"id": 1, "owner": {"id": 2, "ssn": 3}, "tags": [None, 5]},
            id="an item leaves null",
        ),
        pytest.param(
            [["tags", "1"]], {"id": 1, "owner": {"id": 2, "ssn": 3}, "tags": [4]}, id="but not the last one"
        ),
        pytest.param(
            [["none"], ["id", "none"]],
            {"id": 1, "owner": {"id": 2, "ssn": 3}, "tags": [4, 5]},
            id="what is not there is no problem",
        ),
    ],
)
def test_fields_are_removed(pointers: list[list[str]], left: dict[str, Any]) -> None:
    """A pointer is a path; in a list the other items keep their place."""
    assert removed({"id": 1, "owner": {"id": 2, "ssn": 3}, "tags": [4, 5]}, pointers) == left


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        pytest.param("{{ property is none }}", {"a": 3, "b": {"d": 9}}, id="null"),
        pytest.param(
            "{{ property is number and property > config.limit }}",
            {"a": 3, "b": {"c": None}, "n": None},
            id="with the config",
        ),
        pytest.param("{{ property is mapping }}", {"a": 3, "n": None}, id="an object goes whole"),
    ],
)
def test_a_condition_looks_at_each_value(condition: str, left: dict[str, Any]) -> None:
    """Called `property`; only where it holds is the field removed."""
    record: dict[str, Any] = {"a": 3, "b": {"c": None, "d": 9}, "n": None}

    assert removed(record, [["**"]], condition) == left
