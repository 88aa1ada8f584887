from __future__ import annotations

from typing import Any

import pytest

from penstock.components.masks import MASK
from penstock.masking.techniques import DROPPED
from penstock.testing.fakes import built


@pytest.mark.parametrize("value", ["ada", "", 7, None, {"name": "ada"}, ["ada"]])
def test_no_field_is_left(value: Any) -> None:
    """Null and empty values go too: that a field was there is already something to know."""
    mask = built("{type: Drop}", MASK)

    assert mask.whole
    assert mask.value(value) is DROPPED


def test_the_schema_loses_the_field() -> None:
    """The catalog does not promise what never comes."""
    assert built("{type: Drop}", MASK).schema({"type": "string"}) is DROPPED
