from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.components.masks import MASK
from penstock.errors import ManifestError
from penstock.masking.detectors import detector_names, found_in, sieve_of
from penstock.testing.fakes import built, component

VALUES = (
    "ada@example.com",
    "+49 30 12345678",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "192.168.77.1",
    "00:1a:2b:3c:4d:5e",
    "536-90-4399",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "https://ada:secret@example.com/x",
)


@pytest.mark.parametrize(
    ("settings", "value", "masked"),
    [
        pytest.param("", "Write to ada@example.com today.", "Write to <email> today.", id="an address"),
        pytest.param("", "Call +49 30 12345678.", "Call <phone>.", id="a telephone number"),
        pytest.param("", "nothing to see", "nothing to see", id="nothing"),
        pytest.param("", 4111111111111111, "<card>", id="a number"),
        pytest.param("", 17, "17", id="any other number"),
        pytest.param("detect: [phone]", "ada@example.com", "ada@example.com", id="what is not asked for"),
        pytest.param(
            "", "at https://ada:pw@example.com/x, she", "at <url_credentials> she", id="the longest wins"
        ),
        pytest.param("", "a@b.co4111111111111111", "<email><card>", id="what a replacement lays bare"),
    ],
)
def test_detected_values_give_way_to_their_class(settings: str, value: str | int, masked: str) -> None:
    """The rest of the text stays."""
    assert built(f"{{type: ScanText, {settings}}}", MASK).value(value) == masked


def test_the_schema_says_text() -> None:
    """A number may hold a card, so numbers come out as text as well."""
    technique = built("{type: ScanText}", MASK)

    assert technique.schema({"type": ["null", "integer"]}) == {"type": ["null", "string"]}


def test_a_class_without_a_detector_is_refused() -> None:
    """Or text would leave unscanned, and nobody would know."""
    with pytest.raises(ManifestError, match="no detector finds `shoe_size`"):
        component("{type: ScanText, detect: [shoe_size]}", MASK)


@given(
    st.lists(st.one_of(st.sampled_from(VALUES), st.text(max_size=8), st.sampled_from([" ", ",", "@", "-"])))
)
def test_nothing_that_is_found_gets_through(parts: list[str]) -> None:
    """Whatever stands beside it: what comes out holds nothing that a detector finds."""
    masked = built("{type: ScanText}", MASK).value("".join(parts))

    assert found_in(masked, sieve_of(detector_names())) == []


@given(st.text(max_size=12), st.sampled_from(VALUES), st.text(max_size=12))
def test_a_value_between_words_is_gone(before: str, value: str, after: str) -> None:
    """Free text around a value does not hide it."""
    masked = built("{type: ScanText}", MASK).value(f"{before} {value} {after}")

    assert value not in masked
