from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.detectors import all_detectors

IP = all_detectors()["ip"]


@given(st.ip_addresses().filter(lambda address: not str(address).startswith("0.")).filter(
    lambda address: any(character.isdecimal() for character in str(address))))  # fmt: skip
def test_every_address_is_found(address: object) -> None:
    """Alone, and inside a text; version 4 and 6."""
    text = f"from {address} at noon"

    assert IP.whole(str(address)) >= 0.5
    assert [text[start:end] for start, end in IP.spans(text)] == [str(address)]


def test_what_may_be_a_version_is_less_sure() -> None:
    """Four small numbers with dots between them are both."""
    assert IP.whole("1.2.3.4") < IP.whole("192.168.7.4")


@pytest.mark.parametrize(
    "text", ["12:30:45", "256.1.1.1", "1.2.3", "v1.2.3.4", "1.2.3.4.5", "std::vector", "::"]
)
def test_what_only_looks_alike_is_none(text: str) -> None:
    """Times of day, versions and names in code."""
    assert IP.whole(text) == 0
    assert list(IP.spans(text)) == []
