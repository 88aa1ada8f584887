from __future__ import annotations

from penstock.components.schema_loaders import SCHEMA_LOADER
from penstock.testing.fakes import built


def test_the_schema_stands_in_the_manifest() -> None:
    """It is given as it is written, what looks like a template included."""
    load = built(
        """
        type: InlineSchemaLoader
        schema:
          type: object
          properties:
            id: {type: [integer, "null"], description: "{{ record.id }}"}
        """,
        SCHEMA_LOADER,
    )

    assert load() == {
        "type": "object",
        "properties": {"id": {"type": ["integer", "null"], "description": "{{ record.id }}"}},
    }


def test_no_schema_says_nothing() -> None:
    assert built("{type: InlineSchemaLoader}", SCHEMA_LOADER)() == {}
