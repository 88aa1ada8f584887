from __future__ import annotations

from typing import Any

import pytest

from penstock.components.extractors import PARENT_FIELD
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("source", "target", "item"),
    [
        pytest.param("[id]", "[order_id]", {"n": 1, "order_id": 7}, id="a value"),
        pytest.param("[id]", "[n]", {"n": 7}, id="over what is there"),
        pytest.param("[owner, name]", "[owner, name]", {"n": 1, "owner": {"name": "Ada"}}, id="deep"),
        pytest.param("[nothing]", "[x]", {"n": 1, "x": None}, id="null where there is none"),
        pytest.param("[\"{{ config['key'] }}\"]", "[x]", {"n": 1, "x": 7}, id="a path of the config"),
    ],
)
def test_a_value_goes_into_the_item(source: str, target: str, item: dict[str, Any]) -> None:
    copy = built(
        f"{{type: ParentFieldPath, parent_path: {source}, record_path: {target}}}", PARENT_FIELD, key="id"
    )
    made = {"n": 1}

    copy({"id": 7, "owner": {"name": "Ada"}}, made)

    assert made == item


def test_what_is_copied_is_the_items_own() -> None:
    """A transformation that writes into one item must not change its neighbours."""
    copy = built("{type: ParentFieldPath, parent_path: [tags], record_path: [tags]}", PARENT_FIELD)
    parent, first, second = {"tags": ["a"]}, dict[str, Any](), dict[str, Any]()

    copy(parent, first)
    copy(parent, second)
    first["tags"].append("b")

    assert (parent["tags"], second["tags"]) == (["a"], ["a"])
