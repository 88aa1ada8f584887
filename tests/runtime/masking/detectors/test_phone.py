from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.detectors import all_detectors

PHONE = all_detectors()["phone"]
FORMS = (phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164)


@given(
    st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
    st.sampled_from([phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE]),
    st.sampled_from(FORMS),
)
def test_a_number_of_any_country_is_found(region: str, kind: int, form: int) -> None:
    """With its country in front, alone and inside a text."""
    example = phonenumbers.example_number_for_type(region, kind)
    if example is not None and len(str(example.national_number)) > 5:
        number = phonenumbers.format_number(example, form)

        assert PHONE.whole(number) >= 0.7
        assert list(PHONE.spans(f"call {number}, or not")) == [(5, 5 + len(number))]


@pytest.mark.parametrize(
    "number",
    [
        "(415) 555-2671",
        "415-555-2671",
        "415.555.2671",
        "1-415-555-2671",
        "030 12345678",
        "020 7946 0958",
        "01 42 68 53 00",
        "001-415-555-2671x123",
        "+1 (415) 555-2671 ext. 12",
        "tel:+14155552671",
    ],
)
def test_a_number_without_its_country_is_found_by_its_form(number: str) -> None:
    """Brackets, a leading zero and gaps are how people write telephone numbers."""
    assert PHONE.whole(number) >= 0.7


@pytest.mark.parametrize(
    "text",
    [
        "4155552671",
        "14155552671",
        "01-15-2024",
        "2024-01-15",
        "12.01.2024 10",
        "078-05-1120",
        "+1",
        "1 000 000 000",
    ],
)
def test_what_looks_like_something_else_is_not_found(text: str) -> None:
    """Bare digits, dates and other numbers."""
    assert PHONE.whole(text) == 0


def test_a_date_after_a_number_stays() -> None:
    """Only the number is taken, of all the digits there."""
    text = "called +49 30 12345678 2024-01-15"

    assert [text[start:end] for start, end in PHONE.spans(text)] == ["+49 30 12345678"]
