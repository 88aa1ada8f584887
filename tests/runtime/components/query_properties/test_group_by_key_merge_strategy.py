from __future__ import annotations

import pytest

from penstock.components.query_properties import RECORD_MERGE_STRATEGY
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("key", "record", "expected"),
    [
        pytest.param("id", {"id": "a", "x": 1}, ("a",), id="one field"),
        pytest.param("id", {"id": 7}, ("7",), id="a number"),
        pytest.param("[region, id]", {"id": 7, "region": "eu"}, ("eu", "7"), id="two fields"),
        pytest.param("[region, id]", {"id": 7}, None, id="one of two is missing"),
        pytest.param("id", {"id": None}, None, id="null"),
    ],
)
def test_a_key_tells_what_belongs_together(key: str, record: dict[str, object], expected: object) -> None:
    assert built(f"{{type: GroupByKeyMergeStrategy, key: {key}}}", RECORD_MERGE_STRATEGY)(record) == expected
