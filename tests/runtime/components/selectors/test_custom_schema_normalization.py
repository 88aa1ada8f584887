from __future__ import annotations

from penstock.components.selectors import SCHEMA_NORMALIZATION
from penstock.records.resources import StreamContext
from penstock.testing.fakes import Fakes, component


def test_a_class_casts_by_the_schema() -> None:
    """The schema is asked for when the first record comes."""
    stream = StreamContext("orders", schema=lambda: {"properties": {"n": {"type": "number"}}})
    declared = component(
        "{type: CustomSchemaNormalization, class_name: components.CommaDecimals}", SCHEMA_NORMALIZATION
    )

    assert declared.build(Fakes().resources(stream))({"n": "1,5", "x": "1,5"}) == {"n": 1.5, "x": "1,5"}
