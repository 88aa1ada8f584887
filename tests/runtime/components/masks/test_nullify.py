from __future__ import annotations

from typing import Any

import pytest

from penstock.components.masks import MASK
from penstock.testing.fakes import built


@pytest.mark.parametrize("value", ["ada", "", 7, None, {"name": "ada"}, ["ada"]])
def test_every_value_becomes_null(value: Any) -> None:
    """Containers as a whole: nobody sees how many there were."""
    mask = built("{type: Nullify}", MASK)

    assert mask.whole
    assert mask.value(value) is None


def test_the_schema_admits_null() -> None:
    """The type of the column stays."""
    assert built("{type: Nullify}", MASK).schema({"type": "integer"}) == {"type": ["integer", "null"]}
