from __future__ import annotations

import json
from typing import Any

import pytest

from penstock.components.streams.declarative_source import SOURCE, DeclarativeSource
from penstock.errors import ManifestError
from penstock.testing.fakes import built

STREAM = {
    "name": "orders",
    "retriever": {
        "requester": {"url": "https://api.example.com/orders"},
        "record_selector": {"extractor": {"field_path": []}},
    },
}
SMALLEST = {"version": "6.44.0", "check": {"stream_names": ["orders"]}, "streams": [STREAM]}


def source(manifest: dict[str, Any]) -> DeclarativeSource:
    """The source that a manifest describes."""
    made = built(json.dumps({"type": "DeclarativeSource", **manifest}), SOURCE)
    assert isinstance(made, DeclarativeSource)
    return made


def test_a_manifest_needs_a_version_a_check_and_streams() -> None:
    """What belongs to it needs no types; nothing else is needed."""
    smallest = source(SMALLEST)

    assert len(smallest.streams) == 1
    assert (smallest.spec, smallest.concurrency_level, smallest.description) == (None, None, None)


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        pytest.param("version", "DeclarativeSource needs `version`", id="a version"),
        pytest.param("check", "DeclarativeSource needs `check`", id="a check"),
        pytest.param("streams", "a manifest needs `streams`", id="streams"),
    ],
)
def test_what_is_missing_is_told(missing: str, told: str) -> None:
    with pytest.raises(ManifestError, match=told):
        source({key: value for key, value in SMALLEST.items() if key != missing})


def test_parts_for_references_and_notes_of_tools_have_no_effect() -> None:
    """They may hold anything, such as components of a kind that is not known."""
    assert (
        source(
            {
                **SMALLEST,
                "definitions": {"old": {"type": "NoSuchComponent"}},
                "schemas": {"orders": {"type": "object"}},
                "metadata": {"autoImportSchema": {"orders": True}},
                "description": "Orders of a shop.",
            }
        ).description
        == "Orders of a shop."
    )
