from __future__ import annotations

from penstock.components.resolvers import STREAM_PARAMETERS
from penstock.testing.fakes import built


def test_the_entries_stand_in_the_manifest() -> None:
    """They are given as they are written, what looks like a template included."""
    text = (
        "{type: StreamParametersDefinition, list_of_parameters_for_stream: [{a: '{{ config.x }}'}, {b: [1]}]}"
    )

    assert built(text, STREAM_PARAMETERS) == [{"a": "{{ config.x }}"}, {"b": [1]}]
