from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.errors import ManifestError
from penstock.plan.compile import compile_source
from penstock.plan.manifest import parse_manifest
from penstock.testing.fakes import Fakes


def stream(name: str, parent: str = "") -> dict[str, Any]:
    """A stream, perhaps split by another."""
    retriever: dict[str, Any] = {
        "requester": {"url": f"https://api.example.com/{name}"},
        "record_selector": {"extractor": {"field_path": []}},
    }
    if parent:
        link = {"parent_key": "id", "partition_field": "p", "stream": {"$ref": f"#/definitions/{parent}"}}
        retriever["partition_router"] = {"type": "SubstreamPartitionRouter", "parent_stream_configs": [link]}
    return {"type": "DeclarativeStream", "name": name, "retriever": retriever}


DEFINITIONS = {
    "teams": stream("teams"),
    "people": stream("people", "teams"),
    "orders": stream("orders", "people"),
    "prices": stream("prices"),
}


def groups(**members: list[str]) -> dict[str, set[str]]:
    """The groups of each stream of a manifest with these groups."""
    manifest = {
        "version": "6.44.0",
        "type": "DeclarativeSource",
        "check": {"stream_names": ["teams"]},
        "definitions": DEFINITIONS,
        "streams": [{"$ref": f"#/definitions/{name}"} for name in DEFINITIONS],
        "stream_groups": {
            group: {
                "streams": [f"#/definitions/{name}" for name in names],
                "action": {"type": "BlockSimultaneousSyncsAction"},
            }
            for group, names in members.items()
        },
    }
    plan = compile_source(parse_manifest(json.dumps(manifest)), Fakes().resources())
    return {name: set(stream.groups) for name, stream in plan.streams.items()}


def test_streams_know_their_groups() -> None:
    """A stream that reads another is in that one's groups too, for it reads the same parts of the API."""
    assert groups(crm=["teams", "prices"]) == {
        "teams": {"crm"},
        "people": {"crm"},
        "orders": {"crm"},
        "prices": {"crm"},
    }
    assert groups(crm=["people"], shop=["prices"]) == {
        "teams": set(),
        "people": {"crm"},
        "orders": {"crm"},
        "prices": {"shop"},
    }


def test_a_parent_may_be_in_a_group_with_its_child() -> None:
    """The child does not wait for itself: as streams of their own they are read one after the other."""
    assert groups(crm=["teams", "people"])["people"] == {"crm"}


def test_a_group_needs_streams_and_an_action() -> None:
    manifest = {
        "version": "6.44.0",
        "type": "DeclarativeSource",
        "check": {"stream_names": ["teams"]},
        "streams": [stream("teams")],
        "stream_groups": {"crm": {}},
    }

    with pytest.raises(ManifestError, match=r"StreamGroup needs `streams`[\s\S]*StreamGroup needs `action`"):
        parse_manifest(json.dumps(manifest))
