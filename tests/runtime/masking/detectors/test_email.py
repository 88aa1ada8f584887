from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.detectors import all_detectors

EMAIL = all_detectors()["email"]


@given(st.emails().filter(lambda text: not text.split("@")[1].rsplit(".", 1)[-1][0].isdecimal()))
def test_every_address_is_found(address: str) -> None:
    """Alone, and inside a text."""
    text = f"to <{address}>, soon"

    assert EMAIL.whole(address) > 0.9
    assert (4, 4 + len(address)) in list(EMAIL.spans(text))


@pytest.mark.parametrize(
    "text",
    ["@ada", "ada@", "a@b", "logo@2x.png", "lodash@4.17.21", "meet @ noon.com", "three @ 2.50"],
)
def test_an_at_makes_no_address(text: str) -> None:
    """Handles, packages, prices and images of double size have one too."""
    assert EMAIL.whole(text) == 0
    assert list(EMAIL.spans(text)) == []


def test_a_long_text_takes_no_long_time() -> None:
    """Time grows with the text, not with its square."""
    assert list(EMAIL.spans("a" * 300_000 + "@")) == []
    assert list(EMAIL.spans("a@" * 100_000)) == []
