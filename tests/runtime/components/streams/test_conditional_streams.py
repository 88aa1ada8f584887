from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.partition_routers.parent_stream_config import PARENT
from penstock.components.streams import STREAM
from penstock.errors import ManifestError
from penstock.plan.compile import compile_source
from penstock.plan.manifest import parse_manifest
from penstock.testing.fakes import Fakes, component


def orders(name: str) -> dict[str, Any]:
    """A stream of this name."""
    return {
        "name": name,
        "retriever": {
            "requester": {"url": f"https://api.example.com/{name}"},
            "record_selector": {"extractor": {"field_path": []}},
        },
    }


CONDITIONAL = {
    "type": "ConditionalStreams",
    "condition": "{{ config['paid'] }}",
    "streams": [orders("a"), orders("b")],
}


@pytest.mark.parametrize(
    ("paid", "names"),
    [
        pytest.param(True, ["orders", "a", "b", "people"], id="true"),
        pytest.param("x", ["orders", "a", "b", "people"], id="a text"),
        pytest.param(False, ["orders", "people"], id="false"),
        pytest.param("", ["orders", "people"], id="empty text"),
        pytest.param(None, ["orders", "people"], id="nothing"),
    ],
)
def test_streams_are_there_where_the_condition_holds(paid: Any, names: list[str]) -> None:
    """At their place among the others."""
    manifest = {
        "version": "6.44.0",
        "type": "DeclarativeSource",
        "check": {"stream_names": ["orders"]},
        "streams": [orders("orders"), CONDITIONAL, orders("people")],
    }

    plan = compile_source(parse_manifest(json.dumps(manifest)), Fakes({"paid": paid}).resources())

    assert list(plan.streams) == names


def test_a_parent_is_one_stream() -> None:
    parent = {"type": "ParentStreamConfig", "parent_key": "id", "partition_field": "t", "stream": CONDITIONAL}

    with pytest.raises(ManifestError, match="a parent is one stream, not ConditionalStreams"):
        component(json.dumps(parent), PARENT)


def test_a_stream_has_one_condition() -> None:
    with pytest.raises(ManifestError, match="write both conditions into one"):
        component(json.dumps({**CONDITIONAL, "streams": [CONDITIONAL]}), STREAM)
