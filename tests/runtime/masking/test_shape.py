from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.shape import MOST_KEYS, describe, is_plain_key, redacted_shape


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param(None, "null", id="null"),
        pytest.param(True, "a boolean", id="a boolean is no number"),
        pytest.param(7, "a number", id="an integer"),
        pytest.param(1.5, "a number", id="a float"),
        pytest.param("ada@example.test", "text", id="text"),
        pytest.param("", "empty text", id="empty text"),
        pytest.param(b"PK\x03\x04", "4 bytes", id="bytes"),
        pytest.param([1, 2, 3], "a list of 3", id="a list"),
        pytest.param({}, "an empty object", id="an empty object"),
        pytest.param({"error": 1}, "an object with key `error`", id="an object with one key"),
        pytest.param({"error": 1, "code": 2}, "an object with keys `error`, `code`", id="keys in order"),
        pytest.param({"ada@example.test": 1}, "an object with 1 keys", id="a key that is an e-mail"),
        pytest.param({"4111111111111111": 1}, "an object with 1 keys", id="a key that is a card number"),
        pytest.param({"user_48151": 1}, "an object with 1 keys", id="a key that holds an id"),
        pytest.param({5: 1}, "an object with 1 keys", id="a key that is no text"),
        pytest.param(
            {f"k{i}": i for i in range(MOST_KEYS + 1)},
            f"an object with {MOST_KEYS + 1} keys",
            id="so many keys that they are data",
        ),
    ],
)
def test_a_value_is_described_by_its_shape(value: object, words: str) -> None:
    """Messages say what sort of value came, and of an object which fields, as long as these read as names."""
    assert describe(value) == words


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(min_value=10**6) | st.text("äöü€0123456789@", min_size=3),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("äöü€0123456789@", min_size=3), inner),
)


@given(json_values)
def test_no_value_and_no_key_that_is_data_shows_in_a_shape(value: object) -> None:
    """Neither description nor shape has a character of the data: only counts and words of ours."""
    shown = describe(value) + str(redacted_shape(value))

    assert not set("äöü€@") & set(shown)


def test_a_redacted_shape_keeps_the_structure_and_no_leaf() -> None:
    """Templates of error messages are evaluated on this in place of the answer."""
    answer = {"error": {"code": 7, "to": "ada@example.test", "fatal": True}, "at": None, "ids": [1, 2]}

    assert redacted_shape(answer) == {
        "error": {"code": "<number>", "to": "<text>", "fatal": "<boolean>"},
        "at": None,
        "ids": ["<number>", "<number>"],
    }


@pytest.mark.parametrize("key", ["id", "first_name", "_links", "ip.v4", "x-rate$limit", "year2024"])
def test_a_field_name_is_a_plain_key(key: str) -> None:
    """Letters, digits and the usual signs, with no long number inside."""
    assert is_plain_key(key)
