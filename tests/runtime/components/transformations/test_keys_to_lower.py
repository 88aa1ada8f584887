from __future__ import annotations

from typing import Any

import pytest

from penstock.components.transformations import TRANSFORMATION
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("record", "lowered"),
    [
        pytest.param({"ID": 1, "Name": "Ada"}, {"id": 1, "name": "Ada"}, id="top-level keys"),
        pytest.param({"Owner": {"Name": "Ada"}}, {"owner": {"Name": "Ada"}}, id="deeper keys stay"),
        pytest.param({"ID": 1, "id": 2}, {"id": 2}, id="of two that become the same the last counts"),
        pytest.param({}, {}, id="nothing"),
    ],
)
def test_keys_become_lower_case(record: dict[str, Any], lowered: dict[str, Any]) -> None:
    """Of a record only the top level changes, as in the reference runtime."""
    lower: Any = built("{type: KeysToLower}", TRANSFORMATION)

    lower(record, {})

    assert record == lowered
