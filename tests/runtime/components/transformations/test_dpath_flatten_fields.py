from __future__ import annotations

from typing import Any

import pytest

from penstock.components.transformations import TRANSFORMATION
from penstock.testing.fakes import built

OWNED = {"id": 1, "owner": {"name": "Ada", "age": 36}}


@pytest.mark.parametrize(
    ("settings", "record", "flat"),
    [
        pytest.param("", OWNED, {**OWNED, "name": "Ada", "age": 36}, id="the object stays"),
        pytest.param("delete_origin_value: true", OWNED, {"id": 1, "name": "Ada", "age": 36}, id="or goes"),
        pytest.param("replace_record: true", OWNED, {"name": "Ada", "age": 36}, id="or is the record"),
        pytest.param(
            "key_transformation: {prefix: owner_}, delete_origin_value: true",
            OWNED,
            {"id": 1, "owner_name": "Ada", "owner_age": 36},
            id="with a prefix",
        ),
        pytest.param(
            "",
            {"id": 1, "owner": {"id": 2, "age": 36}},
            {"id": 1, "owner": {"id": 2, "age": 36}},
            id="a key is taken",
        ),
        pytest.param(
            "delete_origin_value: true",
            {"owner": {"owner": 1}},
            {"owner": {"owner": 1}},
            id="even by its own place",
        ),
        pytest.param("", {"owner": "Ada"}, {"owner": "Ada"}, id="it is no object"),
        pytest.param("", {"id": 1}, {"id": 1}, id="it is not there"),
    ],
)
def test_an_object_comes_up(settings: str, record: dict[str, Any], flat: dict[str, Any]) -> None:
    """Either all of its keys do, or none."""
    flatten: Any = built(f"{{type: DpathFlattenFields, field_path: [owner], {settings}}}", TRANSFORMATION)
    changed = {**record}

    flatten(changed, {})

    assert changed == flat


def test_a_star_takes_the_first_that_is_there() -> None:
    """In document order."""
    flatten: Any = built("{type: DpathFlattenFields, field_path: [data, '*']}", TRANSFORMATION)
    record: dict[str, Any] = {"data": {"first": {"a": 1}, "second": {"b": 2}}}

    flatten(record, {})

    assert record["a"] == 1
    assert "b" not in record
