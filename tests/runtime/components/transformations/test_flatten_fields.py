from __future__ import annotations

from typing import Any

import pytest

from penstock.components.transformations import TRANSFORMATION
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("record", "flat"),
    [
        pytest.param({"id": 1, "name": "Ada"}, {"id": 1, "name": "Ada"}, id="nothing is nested"),
        pytest.param({"owner": {"name": {"first": "Ada"}}}, {"first": "Ada"}, id="a value keeps its own key"),
        pytest.param(
            {"pet": {"name": "Rex"}, "name": "Ada"},
            {"name": "Ada", "pet.name": "Rex"},
            id="where a key is taken the path comes in front",
        ),
        pytest.param(
            {"name": "Ada", "pet": {"name": "Rex"}},
            {"name": "Ada"},
            id="a plain value overwrites a nested one that came up before",
        ),
        pytest.param(
            {"tags": ["a", "b"]}, {"tags.0": "a", "tags.1": "b"}, id="a list gives an index to each item"
        ),
        pytest.param(
            {"plain": {"x": 1}, "tags": [{"y": 2}]},
            {"plain.x": 1, "tags.0.y": 2},
            id="what stands before a list is met after it",
        ),
        pytest.param(
            {"later": {"x": {"y": 1}}, "tags": ["a"]},
            {"tags.0": "a", "later.x.y": 1},
            id="after a list everything has its path",
        ),
        pytest.param({"owner": {}, "tags": []}, {}, id="what is empty goes"),
    ],
)
def test_what_is_nested_comes_up(record: dict[str, Any], flat: dict[str, Any]) -> None:
    """One level is left, of values that are neither objects nor lists."""
    flatten: Any = built("{type: FlattenFields}", TRANSFORMATION)

    flatten(record, {})

    assert record == flat


def test_lists_may_stay() -> None:
    """Without `flatten_lists` a list is a value like any other."""
    flatten: Any = built("{type: FlattenFields, flatten_lists: false}", TRANSFORMATION)
    record: dict[str, Any] = {"owner": {"tags": ["a", {"b": 1}]}}

    flatten(record, {})

    assert record == {"tags": ["a", {"b": 1}]}
