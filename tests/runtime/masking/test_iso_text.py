from __future__ import annotations

import pytest

from penstock.masking.iso_text import iso_text
from penstock.masking.techniques import UnmaskableError


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-17",
        "2024-03-17T10:20",
        "2024-03-17T10:20:30Z",
        "2024-03-17 10:20:30,5 +0200",
        "0001-01-01t00:00:00-08",
    ],
)
def test_a_moment_is_written_as_it_was_read(text: str) -> None:
    """Masks change a part of it."""
    assert str(iso_text(text)) == text


@pytest.mark.parametrize(
    "value", ["", "2024-3-17", "2024-03-17T10", "2024-02-30", "٢٠٢٤-03-17", None, 20240317]
)
def test_anything_else_is_refused(value: object) -> None:
    """Without a word of what it is."""
    with pytest.raises(UnmaskableError, match=r"^(neither a date nor|a date that no calendar)"):
        iso_text(value)
