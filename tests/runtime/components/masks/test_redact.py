from __future__ import annotations

from typing import Any

import pytest

from penstock.components.masks import MASK
from penstock.testing.fakes import built


@pytest.mark.parametrize("value", ["ada@example.test", 7, 1.5, True])
def test_every_value_becomes_the_same_text(value: Any) -> None:
    """Nothing of the value is left, not even its length."""
    assert built("{type: Redact}", MASK).value(value) == "***"


def test_the_text_can_be_chosen() -> None:
    """Empty text too."""
    assert built("{type: Redact, text: hidden}", MASK).value("ada") == "hidden"
    assert built("{type: Redact, text: ''}", MASK).value("ada") == ""
