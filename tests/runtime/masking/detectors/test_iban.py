from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban

from penstock.masking.detectors import all_detectors

IBAN = all_detectors()["iban"]


@given(st.text("0123456789", min_size=18, max_size=18), st.booleans())
def test_a_right_number_is_found(account: str, spaced: bool) -> None:
    """Alone, and with words behind it, which look like more of it."""
    number = iban.format("DE" + iban.calc_check_digits("DE00" + account) + account, separator=" " * spaced)

    assert IBAN.whole(number) > 0.9
    assert list(IBAN.spans(f"to {number} please")) == [(3, 3 + len(number))]


@pytest.mark.parametrize(
    "text", ["DE88370400440532013000", "DE8937040044053201300", "XX89370400440532013000"]
)
def test_a_wrong_number_is_none(text: str) -> None:
    """Wrong check digits, wrong length, no such country."""
    assert IBAN.whole(text) == 0
    assert list(IBAN.spans(text)) == []
