from __future__ import annotations

import pytest

from penstock.components.transformations.key_transformation import KEY_TRANSFORMATION
from penstock.testing.fakes import built


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        pytest.param("prefix: a_", "a_name", id="in front"),
        pytest.param("suffix: _b", "name_b", id="behind"),
        pytest.param("prefix: \"{{ config['p'] }}_\", suffix: _b", "eu_name_b", id="both, from the config"),
    ],
)
def test_a_key_gets_text_around_it(settings: str, key: str) -> None:
    assert built(f"{{type: KeyTransformation, {settings}}}", KEY_TRANSFORMATION, p="eu")("name") == key
