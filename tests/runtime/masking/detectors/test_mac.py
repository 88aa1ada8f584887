from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.detectors import all_detectors

MAC = all_detectors()["mac"]


@given(st.binary(min_size=6, max_size=6), st.sampled_from([":", "-"]))
def test_every_address_is_found(address: bytes, gap: str) -> None:
    """Alone, and inside a text."""
    written = address.hex(gap)

    assert MAC.whole(written.upper()) > 0.9
    assert list(MAC.spans(f"card {written}, up")) == [(5, 5 + len(written))]


def test_groups_of_four_are_an_address_too() -> None:
    """As switches write it; where all are digits it may be a number with dots."""
    assert MAC.whole("001a.2b3c.4d5e") > MAC.whole("0012.3456.7890") > 0


@pytest.mark.parametrize(
    "text", ["00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5e:6f", "00:1a-2b:3c:4d:5e", "a:b:c:d:e:f"]
)
def test_what_only_looks_alike_is_none(text: str) -> None:
    """Fingerprints of keys are longer."""
    assert MAC.whole(text) == 0
    assert list(MAC.spans(text)) == []
