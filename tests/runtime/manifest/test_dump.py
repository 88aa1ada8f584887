"""A value as a YAML document for people."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from penstock.authoring import write_document

Json = Any

texts = st.text(st.sampled_from("ab #:-'\"{}[],&*!|>%@`\n\r\té\\~0\x07\x85\u2028"), max_size=150)
scalars = texts | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def nested(value: Json, depth: int) -> Json:
    """The value so many keys deep."""
    return value if depth == 0 else {"a": nested(value, depth - 1)}


@given(values, st.integers(0, 70))
def test_what_is_written_reads_back_however_deep_it_is(value: Json, depth: int) -> None:
    whole = nested(value, depth)
    assert yaml.safe_load(write_document(whole)) == whole


@pytest.mark.parametrize("depth", [0, 54, 55, 60])
def test_a_text_with_spaces_and_escapes_right_of_the_width(depth: int) -> None:
    whole = nested("a  b\x07 c", depth)
    assert yaml.safe_load(write_document(whole)) == whole


def test_lines_are_shown_as_lines() -> None:
    assert write_document({"query": "select 1\nfrom a\n"}) == "query: |\n  select 1\n  from a\n"
