from __future__ import annotations

from typing import Any

import pytest

from penstock.diagnostics import Span
from penstock.manifest.load import load_text
from penstock.manifest.node import Node, Source, fresh, plain
from penstock.manifest.patch import created, has_wildcard, replaced

TREE = """\
name: orders
steps:
  - {value: one, more: {value: two}}
  - {value: three}
path: {to: {here: 1}}
"""
NEW = fresh("new", Node(None, Source("values.yaml", ""), 7, 9))


@pytest.mark.parametrize(
    ("path", "result"),
    [
        pytest.param(["name"], {"name": "new"}, id="a key"),
        pytest.param(["path", "to"], {"path": {"to": "new"}}, id="a mapping"),
        pytest.param(
            ["steps", 1], {"steps": [{"value": "one", "more": {"value": "two"}}, "new"]}, id="an index"
        ),
        pytest.param(
            ["steps", "0", "value"],
            {"steps": [{"value": "new", "more": {"value": "two"}}, {"value": "three"}]},
            id="an index as text",
        ),
        pytest.param(
            ["steps", "*", "value"],
            {"steps": [{"value": "new", "more": {"value": "two"}}, {"value": "new"}]},
            id="any one",
        ),
        pytest.param(
            ["**", "value"],
            {"steps": [{"value": "new", "more": {"value": "new"}}, {"value": "new"}]},
            id="any depth",
        ),
        pytest.param(["pa*", "t?", "here"], {"path": {"to": {"here": "new"}}}, id="part of a name"),
    ],
)
def test_a_value_is_replaced_wherever_the_path_leads(path: list[Any], result: dict[str, Any]) -> None:
    """What is not on the way stays, and so does the tree that was given."""
    tree = load_text(TREE)

    changed = replaced(tree, path, NEW)

    assert plain(changed) == {**plain(load_text(TREE)), **result}
    assert plain(tree) == plain(load_text(TREE))


@pytest.mark.parametrize(
    "path", [["none"], ["name", "x"], ["steps", 2], ["steps", "x"], ["*", "none"], ["**", "none"]]
)
def test_a_path_that_leads_nowhere_changes_nothing(path: list[Any]) -> None:
    """The very same tree comes back."""
    tree = load_text(TREE)

    assert replaced(tree, path, NEW) is tree


def test_what_does_not_change_is_shared() -> None:
    """Many streams of one template then cost little, and their parts are decoded once."""
    tree = load_text(TREE)

    changed = replaced(tree, ["path", "to", "here"], NEW)

    assert changed.value["steps"] is tree.value["steps"]
    assert changed.value["path"] is not tree.value["path"]


def test_each_value_keeps_the_place_where_it_was_written() -> None:
    """The new one is where it says, at the key of the old one; what holds it stays where it is."""
    changed = replaced(load_text(TREE, "shop.yaml"), ["path", "to", "here"], NEW)
    holder = changed.value["path"].value["to"]

    assert holder.span == Span("shop.yaml", 5, 12)
    assert holder.value["here"].span == Span("values.yaml", 7, 9)


@pytest.mark.parametrize(
    ("path", "result"),
    [
        pytest.param(["made"], {"made": "new"}, id="a key"),
        pytest.param(["path", "a", "b"], {"path": {"to": {"here": 1}, "a": {"b": "new"}}}, id="mappings"),
        pytest.param(["list", 1], {"list": [None, "new"]}, id="a list"),
        pytest.param(
            ["path", "to", "list", 0, "x"], {"path": {"to": {"here": 1, "list": [{"x": "new"}]}}}, id="both"
        ),
    ],
)
def test_what_is_missing_on_the_way_is_made(path: list[Any], result: dict[str, Any]) -> None:
    tree = load_text(TREE)

    assert plain(created(tree, path, NEW)) == {**plain(tree), **result}


def test_nothing_is_made_inside_a_scalar() -> None:
    tree = load_text(TREE)

    assert plain(created(tree, ["name", "x"], NEW)) == plain(tree)
    assert plain(created(tree, ["steps", "x"], NEW)) == plain(tree)


def test_a_wildcard_is_told() -> None:
    assert has_wildcard(["a", "*"])
    assert not has_wildcard(["a", 0])
