from __future__ import annotations

from typing import Any

import pytest

from penstock.errors import ConfigError
from penstock.protocol.catalog import ConfiguredCatalog, entry, parse_configured

Json = Any


def test_a_stream_without_a_cursor_is_read_anew() -> None:
    """Full refresh is all it offers, and a read that broke off starts again."""
    assert entry("orders", {"type": "object", "title": None}, None, None) == {
        "name": "orders",
        "json_schema": {"type": "object"},
        "supported_sync_modes": ["full_refresh"],
        "is_resumable": False,
        "is_file_based": False,
    }


def test_a_stream_with_a_cursor_goes_on() -> None:
    """The source defines the cursor and the primary key, so the user need not."""
    assert entry("orders", {}, (("region",), ("id",)), "updated_at") == {
        "name": "orders",
        "json_schema": {},
        "supported_sync_modes": ["full_refresh", "incremental"],
        "source_defined_cursor": True,
        "default_cursor_field": ["updated_at"],
        "source_defined_primary_key": [["region"], ["id"]],
        "is_resumable": True,
        "is_file_based": False,
    }


def test_the_streams_to_read_are_those_of_the_configured_catalog() -> None:
    """In its order, with the cursor field and the schema that it has for them; the rest is for the destination."""
    configured = {
        "streams": [
            {"stream": {"name": "orders", "json_schema": {}}, "sync_mode": "incremental"},
            {"stream": {"name": "people"}, "cursor_field": ["updated_at"]},
        ]
    }

    assert parse_configured(configured) == ConfiguredCatalog(
        ("orders", "people"), {"people": ("updated_at",)}, {"orders": {}}
    )
    assert parse_configured({"streams": []}) == ConfiguredCatalog(())


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param(None, "has no list of `streams`", id="null"),
        pytest.param([], "has no list of `streams`", id="a list"),
        pytest.param({}, "has no list of `streams`", id="no streams"),
        pytest.param({"streams": {"orders": {}}}, "has no list of `streams`", id="streams that are no list"),
        pytest.param(
            {"streams": ["orders"]}, "stream 1 of the catalog has no `stream.name`", id="a name alone"
        ),
        pytest.param(
            {"streams": [{"stream": {"name": "a"}}, {"name": "b"}]},
            "stream 2 of the catalog has no `stream.name`",
            id="the catalog that `discover` gives",
        ),
        pytest.param(
            {"streams": [{"stream": {"name": 7}}]}, "has no `stream.name`", id="a name that is no text"
        ),
    ],
)
def test_what_is_no_configured_catalog_is_refused(value: Json, problem: str) -> None:
    """With the place, and without what stood there."""
    with pytest.raises(ConfigError, match=problem):
        parse_configured(value)


def test_the_catalog_may_name_cursor_fields() -> None:
    """Where the manifest lets it choose, `discover` says that the source does not define the cursor alone."""
    configured = {
        "streams": [
            {"stream": {"name": "orders"}, "cursor_field": ["seen_at"]},
            {"stream": {"name": "people"}, "cursor_field": None},
        ]
    }

    assert parse_configured(configured).cursor_fields == {"orders": ("seen_at",)}
    assert not entry("orders", {}, None, "at", chosen_by_catalog=True)["source_defined_cursor"]
