from __future__ import annotations

from typing import Any

import pytest

from penstock.components.transformations import TRANSFORMATION
from penstock.components.transformations.keys_to_snake_case import snake_case
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("key", "renamed"),
    [
        ("FirstName", "first_name"),
        ("HTTPServer", "httpserver"),
        ("userID2", "user_id_2"),
        ("x1y2", "x_1_y_2"),
        ("2ndPlace", "_2_nd_place"),
        ("$price", "_price"),
        ("price $", "price_"),
        ("created - at", "created_at"),
        ("Größe", "grosse"),
        ("already_snake", "already_snake"),
        ("", ""),
        ("-", ""),
    ],
)
def test_a_key_becomes_snake_case(key: str, renamed: str) -> None:
    """Other scripts' letters become the nearest of ASCII first."""
    assert snake_case(key) == renamed


def test_keys_inside_objects_are_renamed_too() -> None:
    """But not inside lists, as in the reference runtime."""
    rename: Any = built("{type: KeysToSnakeCase}", TRANSFORMATION)
    record = {"theOwner": {"firstName": "Ada"}, "theTags": [{"oneTag": 1}]}

    rename(record, {})

    assert record == {"the_owner": {"first_name": "Ada"}, "the_tags": [{"oneTag": 1}]}
