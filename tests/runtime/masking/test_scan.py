from __future__ import annotations

import pytest

from penstock.masking.detectors import sieve_of
from penstock.masking.scan import scanned


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("a@example.com, b@example.com", "<email>, <email>", id="two"),
        pytest.param("https://a:b@example.com", "<url_credentials>", id="one inside another"),
        pytest.param("b@example.com://a:b@c", "<url_credentials>", id="overlapping: all of both goes"),
    ],
)
def test_what_is_found_goes(text: str, masked: str) -> None:
    """Of values that overlap the longest gives the name, and all of each is gone."""
    assert "@" not in scanned(text, sieve_of(["email", "url_credentials"]))
    assert scanned(text, sieve_of(["email", "url_credentials"])) == masked
