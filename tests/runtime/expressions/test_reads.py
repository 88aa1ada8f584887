from __future__ import annotations

import pytest

from penstock.expressions.reads import COMPUTED, Path, read_paths


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        pytest.param("{{ record['a'].b }}", {("record", "a", "b")}, id="keys and attributes"),
        pytest.param(
            "{{ config.get('a', config['b']) }}", {("config", "a"), ("config", "b")}, id="a default"
        ),
        pytest.param(
            "{{ response.get('a', {}).get('b') }}", {("response", "a", "b")}, id="one get after another"
        ),
        pytest.param(
            "{{ config[stream_slice.name] }}",
            {("config", COMPUTED), ("stream_slice", "name")},
            id="a key of the run",
        ),
        pytest.param(
            "{% if config.a %}{{ record }}{% endif %}", {("config", "a"), ("record",)}, id="a statement"
        ),
        pytest.param(
            "{{ record['a'] | lower }}-{{ now_utc() }}", {("record", "a"), ("now_utc",)}, id="functions"
        ),
        pytest.param("config['a']", set(), id="plain text"),
        pytest.param("{{ config[", set(), id="what does not parse"),
    ],
)
def test_the_paths_that_a_template_reads(text: str, paths: set[Path]) -> None:
    """As they are written; nothing is evaluated."""
    assert read_paths(text) == paths
