from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from penstock.authoring import plain, read_text
from penstock_builder.explain.settings import all_streams, settings
from penstock_builder.lint import all_rules, lint

Json = Any

MANIFESTS = [
    plain(reading.root)
    for rule in all_rules().values()
    for example in (*rule.fails, *rule.passes)
    if (reading := read_text(example.text)).root is not None
]
VALUES: tuple[Json, ...] = (
    None,
    7,
    1.5,
    True,
    "text",
    "",
    "{{ config['x'] }}",
    [],
    {},
    [["x"]],
    ["x", 7, None],
    {"a": {"b": 1}},
    {"type": 7},
)


def places(value: Json, path: tuple[Json, ...] = ()) -> Iterator[tuple[Json, ...]]:
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(value[key], (*path, key))


@given(st.sampled_from(MANIFESTS), st.lists(st.sampled_from(VALUES), min_size=1, max_size=2), st.data())
def test_no_manifest_stops_the_linter(manifest: Json, values: list[Json], data: st.DataObject) -> None:
    """Whatever stands where something else should: what is wrong is told, and nothing is thrown."""
    changed = deepcopy(manifest)
    for value in values:
        *way, key = data.draw(st.sampled_from(list(places(changed))))
        here = changed
        for step in way:
            here = here[step]
        here[key] = deepcopy(value)

    reading = read_text(json.dumps(changed, indent=1))

    lint(reading)
    for stream in all_streams(reading.tree) if reading.tree else ():
        assert list(settings(stream))
