from __future__ import annotations

import pytest

from penstock.components.query_properties import PROPERTY_CHUNKING
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("settings", "names", "chunks"),
    [
        pytest.param(
            "property_count, property_limit: 2", "a b c", [["id", "a", "b"], ["id", "c"]], id="a number"
        ),
        pytest.param("property_count, property_limit: 3", "a b c", [["id", "a", "b", "c"]], id="all fit"),
        pytest.param("property_count", "a b c", [["a", "b", "c", "id"]], id="no limit"),
        pytest.param(
            "characters, property_limit: 11",
            "aaaa b cc",
            [["id", "aaaa", "b"], ["id", "cc"]],
            id="characters, three more for each comma",
        ),
        pytest.param(
            "characters, property_limit: 5",
            "aaaa b",
            [["id"], ["id", "aaaa"], ["id", "b"]],
            id="one too long",
        ),
        pytest.param("property_count, property_limit: 2", "", [["id"]], id="no properties"),
    ],
)
def test_properties_are_split(settings: str, names: str, chunks: list[list[str]]) -> None:
    """What is always asked for does not count."""
    text = f"{{type: PropertyChunking, property_limit_type: {settings}}}"
    split, _ = built(text, PROPERTY_CHUNKING)

    assert split(names.split(), ["id"]) == chunks


def test_parts_belong_together_by_their_id() -> None:
    """Unless a strategy says otherwise."""
    text = "{type: PropertyChunking, property_limit_type: property_count%s}"

    assert built(text % "", PROPERTY_CHUNKING)[1]({"id": "a"}) == ("a",)
    assert built(text % ", record_merge_strategy: {key: name}", PROPERTY_CHUNKING)[1]({"name": "b"}) == ("b",)
