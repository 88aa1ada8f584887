from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from penstock.masking.detectors import Sieve, all_detectors, class_of

CARD = all_detectors()["card"]
BRANDS = {"4": 16, "51": 16, "2720": 16, "34": 15, "6011": 16, "62": 16, "3528": 16, "36": 14}


@given(st.sampled_from(sorted(BRANDS)), st.text("0123456789", min_size=19, max_size=19))
def test_a_right_number_is_found(prefix: str, digits: str) -> None:
    """As text, as a number, and inside a text."""
    body = (prefix + digits)[: BRANDS[prefix] - 1]
    number = body + luhn.calc_check_digit(body)

    assert CARD.whole(number) >= 0.8
    assert class_of(int(number), Sieve([CARD])) == ("card", 0.8)
    assert list(CARD.spans(f"paid with {number}.")) == [(10, 10 + len(number))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024 4111 1111 1111 1111 12", ["4111 1111 1111 1111"]),
        ("3782-822463-10005", ["3782-822463-10005"]),
        ("card_4111111111111111", ["4111111111111111"]),
    ],
)
def test_a_number_among_digits_is_found(text: str, found: list[str]) -> None:
    """A year before it does not hide it."""
    assert [text[start:end] for start, end in CARD.spans(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "1111111111111117",
        "0000000000000000",
        "20240115123456",
        "0.4111111111111111",
        "4111a11111111111",
    ],
)
def test_a_wrong_number_is_none(text: str) -> None:
    """No check digit, no brand, or a part of something longer."""
    assert CARD.whole(text) == 0
    assert list(CARD.spans(text)) == []
