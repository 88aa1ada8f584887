from __future__ import annotations

from penstock.components.cursors import CURSOR
from penstock.plan.compile import SourcePlan
from penstock.sync.discover import discover
from penstock.testing.fakes import built
from penstock.testing.streams import stream


def test_the_catalog_lists_what_each_stream_gives() -> None:
    """In the manifest's order, with key and cursor where the manifest names them."""
    orders = stream(
        properties={"id": {"type": "integer"}},
        primary_key="id",
        cursor=built("{type: ColumnCursor, cursor_field: updated_at}", CURSOR),
    )

    catalog = discover(SourcePlan({"orders": orders, "notes": stream("notes")}, (), 1))

    assert catalog == [
        {
            "name": "orders",
            "json_schema": {"type": "object", "properties": {"id": {"type": "integer"}}},
            "supported_sync_modes": ["full_refresh", "incremental"],
            "source_defined_cursor": True,
            "default_cursor_field": ["updated_at"],
            "source_defined_primary_key": [["id"]],
            "is_resumable": True,
            "is_file_based": False,
        },
        {
            "name": "notes",
            "json_schema": {"type": "object", "properties": {}},
            "supported_sync_modes": ["full_refresh"],
            "is_resumable": False,
            "is_file_based": False,
        },
    ]
