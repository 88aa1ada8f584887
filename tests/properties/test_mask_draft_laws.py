"""A drafted policy leaves nothing out, whatever schemas and records look like."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.automaton import MaskRule
from penstock.masking.coverage import Coverage
from penstock.masking.field_paths import parse_field_path
from penstock.masking.observed import observed_fields
from penstock.masking.techniques import redact

Json = Any

NAMES = st.sampled_from(["id", "email", "a.b", "$ref", "*", "on", "x[*]", "ada@example.test"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=4)
TYPES = st.sampled_from(
    ["string", "integer", ["string", "null"], ["object", "string"], "object", "array", "null"]
)
SCHEMAS = st.recursive(
    st.just({}) | st.builds(lambda kind: {"type": kind}, TYPES),
    lambda inner: (
        st.builds(
            lambda parts: {"type": "object", "properties": parts}, st.dictionaries(NAMES, inner, max_size=3)
        )
        | st.builds(lambda items: {"type": ["array", "null"], "items": items}, inner)
        | st.builds(lambda more: {"type": "object", "additionalProperties": more}, inner | st.booleans())
        | st.builds(lambda branches: {"anyOf": branches}, st.lists(inner, min_size=1, max_size=2))
    ),
    max_leaves=8,
)
STREAM_SCHEMAS = st.builds(
    lambda parts: {"type": "object", "properties": parts}, st.dictionaries(NAMES, SCHEMAS, max_size=4)
)


def rules(schema: Json, records: list[Json]) -> list[MaskRule]:
    """A rule for each field that is observed, from its path as it is written."""
    told = [field.told for field in observed_fields(schema, records)]
    assert len(told) == len(set(told))
    return [MaskRule((parse_field_path(path),), redact("***"), path) for path in told]


@given(STREAM_SCHEMAS, RECORDS)
def test_each_field_of_the_schema_is_covered(schema: Json, records: list[Json]) -> None:
    """So a check of the draft finds nothing."""
    coverage = Coverage(rules(schema, records))

    assert [place.told for place in coverage.places(schema) if place.rule is None] == []


@given(STREAM_SCHEMAS, RECORDS)
def test_each_value_of_the_sample_is_covered(schema: Json, records: list[Json]) -> None:
    """So what was seen leaves masked, though no schema tells of it."""
    coverage = Coverage(rules(schema, records))

    uncovered = [
        value.told
        for record in records
        for value in coverage.values(record)
        if value.rule is None and value.value is not None
    ]
    assert uncovered == []
