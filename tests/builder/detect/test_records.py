"""Where records stand in answers of known shapes."""

from __future__ import annotations

import pytest

from penstock.authoring import Json
from penstock_builder.detect.records import record_paths

ROWS = [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}]

SHAPES = {
    "github": (ROWS, ()),
    "stripe": ({"object": "list", "data": ROWS, "has_more": False}, ("data",)),
    "hubspot": ({"results": ROWS, "paging": {"next": {"after": "5"}}}, ("results",)),
    "shopify": ({"orders": ROWS}, ("orders",)),
    "salesforce": ({"totalSize": 2, "done": True, "records": ROWS}, ("records",)),
    "json:api": ({"data": ROWS, "included": [*ROWS, *ROWS], "links": {}}, ("data",)),
    "hal": ({"_embedded": {"things": ROWS}, "_links": {"self": {"href": "x"}}}, ("_embedded", "things")),
    "odata": ({"@odata.context": "x", "value": ROWS}, ("value",)),
    "graphql connection": (
        {"data": {"things": {"edges": [{"cursor": "a", "node": ROWS[0]}, {"cursor": "b", "node": ROWS[1]}]}}},
        ("data", "things", "edges", "*", "node"),
    ),
    "graphql nodes": ({"data": {"things": {"nodes": ROWS, "pageInfo": {}}}}, ("data", "things", "nodes")),
    "elasticsearch": (
        {"took": 1, "hits": {"hits": [{"_id": "1", "_source": ROWS[0]}] * 2}, "aggregations": {"by": {"buckets": ROWS}}},
        ("hits", "hits"),
    ),
    "slack": ({"ok": True, "members": ROWS, "response_metadata": {"next_cursor": ""}}, ("members",)),
    "jira": ({"startAt": 0, "total": 2, "issues": ROWS, "names": {"a": "b"}}, ("issues",)),
    "nothing but errors aside": ({"errors": [{"code": 1}], "things": ROWS}, ("things",)),
    "empty page": ({"things": [], "errors": []}, ("things",)),
    "by e-mail": ({"users": {"a@example.com": ROWS[0], "b@example.com": ROWS[1]}}, ("users", "*")),
    "lists in a list": ({"groups": [{"id": 1, "members": ROWS}]}, ("groups",)),
    "one record": ({"id": 1, "name": "x"}, ()),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_records_are_found(shape: Json) -> None:
    """The best guess of each known shape is right."""
    body, path = SHAPES[shape]

    assert record_paths(body)[0].value == path


def test_a_list_inside_a_list_is_offered_too() -> None:
    """Its path ends with `*`, since an extractor does not flatten what it finds."""
    guesses = record_paths(SHAPES["lists in a list"][0])

    assert ("groups", "*", "members", "*") in [guess.value for guess in guesses]


def test_the_evidence_tells_shapes() -> None:
    """How many, and how alike, at which place."""
    best = record_paths({"data": {"items": ROWS}})[0]

    assert best.evidence == "`data.items` is a list of 2 objects that share 2 of 2 keys"


def test_one_record_is_little_sure() -> None:
    """An object without a list may be a record or anything else."""
    assert record_paths({"id": 1})[0].confidence <= 0.3
    assert record_paths("text") == []
