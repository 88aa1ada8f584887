from __future__ import annotations

import ipaddress
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.scrambling import scrambler

Json = Any


@pytest.mark.parametrize(
    ("clear", "shape"),
    [
        pytest.param("Ada Lovelace", "[A-Z][a-z]{2} [A-Z][a-z]{7}", id="a name"),
        pytest.param("ada.l@example.org", r"[a-z]{3}\.[a-z]@[a-z]{7}\.[a-z]{3}", id="an e-mail address"),
        pytest.param("+49 (30) 901820", r"\+[1-9]{2} \([1-9]{2}\) [1-9]{6}", id="a phone number"),
        pytest.param('{"of": "Ada", "n": 17}', r'\{"of": "[A-Z][a-z]{2}", "n": [1-9]{2}\}', id="JSON"),
        pytest.param("🙂🙂", "[a-z]{2}", id="signs"),
        pytest.param("--++", "[a-z]{4}", id="neither letters nor digits"),
    ],
)
def test_text_keeps_its_shape(clear: str, shape: str) -> None:
    """Letters for letters, digits for digits; no place keeps what it had."""
    made = scrambler(b"k" * 32)(clear)

    assert re.fullmatch(shape, made)
    assert made != clear


def test_dates_stay_dates_in_order() -> None:
    """All move by as many days, so that what counts on their order still holds."""
    make = scrambler(b"k" * 32)
    clear = ["2024-02-29", "2024-03-01T12:00:00Z", "2025-01-01"]

    made = [make(date) for date in clear]

    assert made == sorted(made)
    assert made[1].endswith("T12:00:00Z")
    assert not set(made) & set(clear)


@pytest.mark.parametrize("clear", ["81.2.69.142", "2001:db8::1"])
def test_network_addresses_stay_addresses(clear: str) -> None:
    """Of a network of nobody's."""
    made = ipaddress.ip_address(scrambler(b"k" * 32)(clear))

    assert made.is_private
    assert made.version == ipaddress.ip_address(clear).version


@pytest.mark.parametrize(
    "clear", [sign * n * scale for n in range(1, 10) for scale in (5e-324, 1.9e307) for sign in (1, -1)]
)
def test_the_largest_and_smallest_numbers_become_others(clear: float) -> None:
    """Between which there are few, or none."""
    made = scrambler(b"k" * 32)(clear)

    assert made != clear
    assert math.isfinite(made)


@given(value=st.text(min_size=1) | st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_one_key_gives_one_result_of_the_same_type(value: Json) -> None:
    """A value turns up in many places, and its stand-in is the same in all."""
    make = scrambler(b"k" * 32)

    assert make(value) == scrambler(b"k" * 32)(value)
    assert type(make(value)) is type(value)
