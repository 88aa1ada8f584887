from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from penstock.masking.base32 import base32_encoder


@given(st.binary(min_size=32, max_size=32), st.integers(1, 52))
def test_it_is_base32(digest: bytes, length: int) -> None:
    """What the standard library gives, sooner."""
    assert base32_encoder(length)(digest) == base64.b32encode(digest).decode().lower()[:length]
