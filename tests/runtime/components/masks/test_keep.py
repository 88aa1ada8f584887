from __future__ import annotations

from typing import Any

import pytest

from penstock.components.masks import MASK
from penstock.testing.fakes import built


@pytest.mark.parametrize("value", ["ada", 7, 1.5, True])
def test_a_value_stays_as_it_is(value: Any) -> None:
    """Somebody looked at the field and said that it is public."""
    assert built("{type: Keep}", MASK).value(value) is value


def test_the_schema_stays_as_it_is() -> None:
    """With all that it says."""
    schema = {"type": "string", "maxLength": 3}

    assert built("{type: Keep}", MASK).schema(schema) == schema
