from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.techniques import DROPPED, Technique, drop, nullify, partial, pseudonym, redact

Json = Any
KEY = b"a key of thirty-two bytes, no less"


def person(value: Json, *normalize: str) -> str:
    pseudonym_: str = pseudonym(KEY, "k1", "person", 26, normalize).value(value)
    return pseudonym_


def test_a_pseudonym_is_the_base32_of_an_hmac() -> None:
    """RFC 2104 and RFC 4648 §6, so that anyone who has the key can make it again in any language."""
    digest = hmac.digest(KEY, b"person\0sada@example.test", hashlib.sha256)

    assert person("ada@example.test") == "k1_" + base64.b32encode(digest).decode()[:26].lower()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(1, 1.0, id="an integer and the same number with a point"),
        pytest.param(-0.0, 0, id="zero and its negative"),
        pytest.param("Zoë", "Zoe\u0308", id="a letter and its parts: text is in NFC"),
    ],
)
def test_values_that_mean_the_same_have_one_pseudonym(one: Json, other: Json) -> None:
    """An API that gives 7 here and 7.0 there means one thing, and joins hold."""
    assert person(one) == person(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(1, "1", id="a number and its text"),
        pytest.param(1, True, id="one and true"),
        pytest.param(0, False, id="zero and false"),
        pytest.param("true", True, id="a word and a boolean"),
        pytest.param("Ada", "ada", id="two spellings"),
        pytest.param("ada", " ada", id="a space in front"),
        pytest.param(2**53, float(2**53), id="a number that a float cannot tell from its neighbour"),
    ],
)
def test_values_that_differ_have_two_pseudonyms(one: Json, other: Json) -> None:
    """Types are part of the value."""
    assert person(one) != person(other)


@pytest.mark.parametrize(
    ("normalize", "text"),
    [
        pytest.param(("trim",), " ada\t", id="trim"),
        pytest.param(("lower",), "ADA", id="lower"),
        pytest.param(("trim", "lower"), " Ada ", id="both"),
    ],
)
def test_text_is_evened_out_first(normalize: tuple[str, ...], text: str) -> None:
    """People write their addresses in more than one way."""
    assert person(text, *normalize) == person("ada", *normalize)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(pseudonym(KEY[::-1], "k1", "person", 26, ()), id="another key"),
        pytest.param(pseudonym(KEY, "k1", "order", 26, ()), id="another domain"),
    ],
)
def test_key_and_domain_are_part_of_a_pseudonym(other: Technique) -> None:
    """Who has neither cannot join, and an order's 7 is not a customer's 7."""
    assert other.value(7) != person(7)


ascii_text = st.text(st.characters(codec="ascii"), min_size=1)
leaves = st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ascii_text


@given(leaves, leaves, st.integers(16, 52))
def test_a_pseudonym_tells_whether_two_values_are_equal_and_nothing_else(
    one: Json, other: Json, length: int
) -> None:
    """Its length and alphabet are those of any other."""
    mask = pseudonym(KEY, "k1", "person", length, ())

    masked = mask.value(one)

    assert masked == mask.value(one)
    assert len(masked) == len("k1_") + length
    assert set(masked.removeprefix("k1_")) <= set("abcdefghijklmnopqrstuvwxyz234567")
    if type(one) is type(other):
        assert (masked == mask.value(other)) == (one == other)


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        pytest.param("4111111111111111", "41************11", id="text keeps both ends"),
        pytest.param("abcde", "ab*de", id="one character is hidden"),
        pytest.param("abcd", "****", id="text of no more than both ends is hidden whole"),
        pytest.param("a", "*", id="one character"),
        pytest.param(12345, "12*45", id="a number is masked as text"),
        pytest.param(12345.0, "12*45", id="a number is the same with a point"),
        pytest.param(False, "fa*se", id="so is a boolean"),
        pytest.param("a@example.test", "a@**********st", id="an at sign is nothing special"),
    ],
)
def test_a_part_of_a_value_is_kept(value: Json, masked: str) -> None:
    """The first and last characters; what is too short to hide anything is hidden whole."""
    assert partial(2, 2, keep_domain=False).value(value) == masked


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        pytest.param("ada@example.test", "a**@example.test", id="an address"),
        pytest.param("a@example.test", "*@example.test", id="a name as short as what is kept"),
        pytest.param('"a@b"@example.test', '"****@example.test', id="the last at sign divides"),
        pytest.param("@example.test", "@************", id="a handle: text like any other"),
        pytest.param("ada", "a**", id="no address: text like any other"),
        pytest.param(123, "1**", id="a number"),
    ],
)
def test_the_domain_of_an_address_is_kept(value: Json, masked: str) -> None:
    """Only what stands before the last `@` is masked."""
    assert partial(1, 0, keep_domain=True).value(value) == masked


@given(st.text(min_size=1, max_size=12), st.integers(0, 5), st.integers(0, 5))
def test_a_partial_mask_hides_every_character_between_its_ends(text: str, first: int, last: int) -> None:
    """The length stays, no more than the ends is seen, and at least one character is hidden."""
    masked = partial(first, last, keep_domain=False).value(text)

    assert len(masked) == len(text)
    hidden = masked[first : len(text) - last] if first + last < len(text) else masked
    assert hidden
    assert set(hidden) == {"*"}


@pytest.mark.parametrize("technique", [redact("***"), partial(1, 1, keep_domain=False)])
@pytest.mark.parametrize(
    ("schema", "masked"),
    [
        pytest.param({"type": "integer"}, {"type": "string"}, id="a number becomes text"),
        pytest.param({"type": ["null", "integer"]}, {"type": ["null", "string"]}, id="null stays"),
        pytest.param({"type": ["integer", "number"]}, {"type": "string"}, id="two numbers are one text"),
        pytest.param({}, {"type": ["string", "null"]}, id="a schema that says nothing"),
        pytest.param(
            {"type": "string", "format": "email", "pattern": "@", "enum": ["a@b"], "description": "Mail."},
            {"description": "Mail.", "type": "string"},
            id="what described the clear value goes, for people's words stay",
        ),
        pytest.param({"type": ["array", "null"]}, {"type": ["array", "null"]}, id="a list stays one"),
    ],
)
def test_what_is_masked_as_text_is_text_in_the_schema(
    technique: Technique, schema: Json, masked: Json
) -> None:
    """Examples, patterns and allowed values of the clear data would give it away, and do not fit."""
    assert technique.schema(schema) == masked


@pytest.mark.parametrize(
    ("schema", "masked"),
    [
        pytest.param({"type": "integer"}, {"type": ["integer", "null"]}, id="one type"),
        pytest.param({"type": ["null", "string"]}, {"type": ["null", "string"]}, id="null already"),
        pytest.param(
            {"type": "string", "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}, id="an enum"
        ),
        pytest.param({}, {}, id="a schema that says nothing"),
    ],
)
def test_a_nullified_field_may_be_null(schema: Json, masked: Json) -> None:
    """The type stays what it was, and null joins it."""
    assert nullify().value("ada") is None
    assert nullify().schema(schema) == masked


def test_a_dropped_field_has_neither_value_nor_schema() -> None:
    """What stands for it is no JSON, so it cannot leave by mistake."""
    assert drop().value("ada") is DROPPED
    assert drop().schema({"type": "string"}) is DROPPED
