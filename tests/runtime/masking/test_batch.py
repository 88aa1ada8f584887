from __future__ import annotations

from penstock.masking.batch import MaskedBatch, RawBatch


def test_raw_and_masked_records_are_two_types() -> None:
    """Neither is a kind of the other, so what takes masked records takes no raw ones."""
    assert RawBatch.__mro__[1:] == MaskedBatch.__mro__[1:] == (object,)
