from __future__ import annotations

from typing import Any

import pytest

from penstock.components.transformations import TRANSFORMATION
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("record", "replaced"),
    [
        pytest.param({"created at": 1}, {"created_at": 1}, id="a key"),
        pytest.param({"a b c": 1}, {"a_b_c": 1}, id="each place in a key"),
        pytest.param({"the owner": {"full name": 1}}, {"the_owner": {"full_name": 1}}, id="inside an object"),
        pytest.param({"the tags": [{"a b": 1}]}, {"the_tags": [{"a b": 1}]}, id="not inside a list"),
        pytest.param({"a b": 1, "a_b": 2}, {"a_b": 2}, id="of two that become the same the last counts"),
    ],
)
def test_text_in_keys_is_replaced(record: dict[str, Any], replaced: dict[str, Any]) -> None:
    """Values are left alone."""
    replace: Any = built('{type: KeysReplace, old: " ", new: _}', TRANSFORMATION)

    replace(record, {})

    assert record == replaced


def test_the_texts_are_templates() -> None:
    """They may come from the record itself or from its slice."""
    replace: Any = built(
        """
        type: KeysReplace
        old: "{{ record['prefix'] }}"
        new: "{{ stream_slice['region'] }}_"
        """,
        TRANSFORMATION,
    )
    record = {"prefix": "x_", "x_total": 1}

    replace(record, {"record": record, "stream_slice": {"region": "eu"}})

    assert record == {"prefix": "x_", "eu_total": 1}
