from __future__ import annotations

from penstock.components.schema_loaders import SCHEMA_LOADER
from penstock.testing.fakes import built


def test_a_class_gives_the_schema() -> None:
    """From its own fields."""
    load = built(
        "{type: CustomSchemaLoader, class_name: components.CatalogueSchema, columns: [a]}", SCHEMA_LOADER
    )

    assert load() == {"type": "object", "properties": {"a": {"type": "string"}}}
